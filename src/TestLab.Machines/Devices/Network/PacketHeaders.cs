using System.Buffers.Binary;

namespace TestLab.Machines.Devices.Network;

/// <summary>Where the headers of an Ethernet frame with an IP packet lie, as far as a card's offloads look at them.</summary>
/// <param name="Network">Offset of the IP header.</param>
/// <param name="Transport">Offset of the header after the IP header.</param>
/// <param name="End">Offset of the end of the packet: a short frame is padded beyond it.</param>
/// <param name="IsVersion6">IPv6, without extension headers; else IPv4.</param>
/// <param name="Protocol">What follows the IP header: <see cref="Tcp"/>, <see cref="Udp"/> or another.</param>
/// <param name="IsFragment">The packet is a part of a datagram, so no checksum of a whole is in it.</param>
public readonly record struct PacketHeaders(
    int Network, int Transport, int End, bool IsVersion6, byte Protocol, bool IsFragment)
{
    public const byte Tcp = 6;
    public const byte Udp = 17;

    private const int AddressesBytes = 12;
    private const int TagBytes = 4;
    private const int TagLimit = 2;
    private const int Header4Bytes = 20;
    private const int Header6Bytes = 40;
    private const ushort Version4Type = 0x0800;
    private const ushort Version6Type = 0x86DD;
    private const ushort TagType = 0x8100;
    private const ushort ServiceTagType = 0x88A8;

    /// <summary>Finds the headers; false where the frame carries no IP packet or its lengths do not fit.</summary>
    /// <param name="frame">From the destination address on.</param>
    /// <param name="headers">Offsets, all within the frame.</param>
    /// <param name="isWhole">False for a frame to be segmented, whose IP header may name another length.</param>
    public static bool TryFind(ReadOnlySpan<byte> frame, out PacketHeaders headers, bool isWhole = true)
    {
        headers = default;
        int network = AddressesBytes;
        for (int tag = 0; tag < TagLimit && TypeAt(frame, network) is TagType or ServiceTagType; tag++) network += TagBytes;
        ushort type = TypeAt(frame, network);
        network += 2;
        ReadOnlySpan<byte> packet = frame[Math.Min(network, frame.Length)..];
        return type switch
        {
            Version4Type when packet.Length >= Header4Bytes && packet[0] >> 4 == 4 => TryFind4(packet, network, isWhole, out headers),
            Version6Type when packet.Length >= Header6Bytes && packet[0] >> 4 == 6 => TryFind6(packet, network, isWhole, out headers),
            _ => false,
        };
    }

    /// <summary>The sum of the pseudo header: addresses, protocol, length of what follows.</summary>
    public ulong PseudoHeaderSum(ReadOnlySpan<byte> frame, int lengthBytes)
    {
        ReadOnlySpan<byte> addresses = IsVersion6 ? frame.Slice(Network + 8, 32) : frame.Slice(Network + 12, 8);
        return InternetChecksum.Sum(addresses) + Protocol + (ulong)(lengthBytes >> 16) + (ulong)(lengthBytes & 0xFFFF);
    }

    /// <summary>True where a TCP or UDP checksum is there and right; false where it is wrong, absent or not of these.</summary>
    public static bool HasRightChecksum(ReadOnlySpan<byte> frame)
    {
        if (!TryFind(frame, out PacketHeaders headers) || headers.IsFragment) return false;
        ReadOnlySpan<byte> segment = frame[headers.Transport..headers.End];
        bool hasChecksum = headers.Protocol switch
        {
            Tcp => segment.Length >= 20,
            Udp => segment.Length >= 8 && BinaryPrimitives.ReadUInt16BigEndian(segment[6..]) != 0,
            _ => false,
        };
        return hasChecksum
            && InternetChecksum.IsRight(headers.PseudoHeaderSum(frame, segment.Length) + InternetChecksum.Sum(segment));
    }

    private static ushort TypeAt(ReadOnlySpan<byte> frame, int offset) =>
        offset + 2 <= frame.Length ? BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]) : (ushort)0;

    private static bool TryFind4(ReadOnlySpan<byte> packet, int network, bool isWhole, out PacketHeaders headers)
    {
        int headerBytes = (packet[0] & 0xF) * 4;
        int length = isWhole ? BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) : packet.Length;
        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        headers = new PacketHeaders(network, network + headerBytes, network + length, false, packet[9], isFragment);
        return headerBytes >= Header4Bytes && headerBytes <= length && length <= packet.Length;
    }

    private static bool TryFind6(ReadOnlySpan<byte> packet, int network, bool isWhole, out PacketHeaders headers)
    {
        int length = isWhole ? Header6Bytes + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) : packet.Length;
        headers = new PacketHeaders(network, network + Header6Bytes, network + length, true, packet[6], false);
        return length <= packet.Length;
    }
}
