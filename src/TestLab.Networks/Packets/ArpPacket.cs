using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>Address resolution between Ethernet and IPv4 (RFC 826).</summary>
public readonly record struct ArpPacket(
    ushort Operation,
    HardwareAddress SenderHardware,
    Ipv4Address Sender,
    HardwareAddress TargetHardware,
    Ipv4Address Target)
{
    public const int LengthBytes = 28;
    public const ushort Request = 1;
    public const ushort Reply = 2;

    private const uint EthernetAndIpv4 = 0x0001_0800;
    private const ushort AddressLengths = 0x0604;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < LengthBytes || BinaryPrimitives.ReadUInt32BigEndian(bytes) != EthernetAndIpv4
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != AddressLengths) return false;
        packet = new ArpPacket(
            BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            HardwareAddress.Read(bytes[8..]), Ipv4Address.Read(bytes[14..]),
            HardwareAddress.Read(bytes[18..]), Ipv4Address.Read(bytes[24..]));
        return true;
    }

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, EthernetAndIpv4);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], AddressLengths);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], Operation);
        SenderHardware.CopyTo(bytes[8..]);
        Sender.CopyTo(bytes[14..]);
        TargetHardware.CopyTo(bytes[18..]);
        Target.CopyTo(bytes[24..]);
    }
}
