using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>A view of a UDP datagram (RFC 768) whose length and checksum are right.</summary>
public readonly ref struct UdpPacket
{
    public const int HeaderBytes = 8;

    /// <summary>The largest payload that an IPv4 packet carries.</summary>
    public const int PayloadLimitBytes = Ipv4Packet.LimitBytes - Ipv4Packet.HeaderBytes - HeaderBytes;

    private UdpPacket(ReadOnlySpan<byte> bytes)
    {
        SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        Payload = bytes[HeaderBytes..];
    }

    public ushort SourcePort { get; }

    public ushort DestinationPort { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public static bool TryParse(in Ipv4Packet carrier, out UdpPacket packet)
    {
        packet = default;
        ReadOnlySpan<byte> bytes = carrier.Payload;
        if (bytes.Length < HeaderBytes) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length < HeaderBytes || length > bytes.Length) return false;
        bytes = bytes[..length];
        bool isChecked = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) != 0;
        if (isChecked && InternetChecksum.Of(bytes, carrier.Source, carrier.Destination, IpProtocol.Udp) != 0) return false;
        packet = new UdpPacket(bytes);
        return true;
    }

    /// <summary>Writes the header before a payload that stands in its place already.</summary>
    /// <param name="bytes">Header and payload.</param>
    public static void WriteHeader(Span<byte> bytes, Ipv4Endpoint source, Ipv4Endpoint destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], 0);
        ushort checksum = InternetChecksum.Of(bytes, source.Address, destination.Address, IpProtocol.Udp);
        // Zero would say that there is no checksum; its other form says the same number.
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], checksum == 0 ? (ushort)0xFFFF : checksum);
    }
}
