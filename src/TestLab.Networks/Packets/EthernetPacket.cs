using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>A view of an Ethernet frame, from the destination address on, without checksum.</summary>
public readonly ref struct EthernetPacket
{
    public const int HeaderBytes = 14;
    public const int TagBytes = 4;

    private const ushort VlanIdMask = 0x0FFF;

    private EthernetPacket(ReadOnlySpan<byte> frame, ushort type, ushort vlanId, int headerBytes)
    {
        Destination = HardwareAddress.Read(frame);
        Source = HardwareAddress.Read(frame[HardwareAddress.LengthBytes..]);
        Type = type;
        VlanId = vlanId;
        Payload = frame[headerBytes..];
    }

    public HardwareAddress Destination { get; }

    public HardwareAddress Source { get; }

    /// <summary>What the payload is, behind the outermost tag.</summary>
    public ushort Type { get; }

    /// <summary>The network of the outermost tag; 0 without a tag or for one that tells a priority only.</summary>
    public ushort VlanId { get; }

    public ReadOnlySpan<byte> Payload { get; }

    /// <returns>False for a frame shorter than its header.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out EthernetPacket packet)
    {
        packet = default;
        if (frame.Length < HeaderBytes) return false;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        if (type is not (EtherType.Vlan or EtherType.ServiceVlan))
        {
            packet = new EthernetPacket(frame, type, 0, HeaderBytes);
            return true;
        }

        if (frame.Length < HeaderBytes + TagBytes) return false;
        ushort vlanId = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(frame[14..]) & VlanIdMask);
        packet = new EthernetPacket(frame, BinaryPrimitives.ReadUInt16BigEndian(frame[16..]), vlanId, HeaderBytes + TagBytes);
        return true;
    }

    /// <summary>Writes the header of an untagged frame.</summary>
    public static void WriteHeader(Span<byte> frame, HardwareAddress destination, HardwareAddress source, ushort type)
    {
        destination.CopyTo(frame);
        source.CopyTo(frame[HardwareAddress.LengthBytes..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], type);
    }
}
