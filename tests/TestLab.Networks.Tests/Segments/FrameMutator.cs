using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Segments;

/// <summary>Makes wrong frames out of right ones; some get their checksums made right again, to come further.</summary>
internal sealed class FrameMutator(ulong seed, IReadOnlyList<byte[]> corpus)
{
    private static readonly byte[] Interesting = [0, 1, 2, 3, 4, 0x45, 0x4F, 53, 63, 67, 0x7F, 0x80, 0xC0, 0xFE, 0xFF];

    private readonly RandomStream _random = new(seed, "fuzzer", "frames");

    public byte[] Next()
    {
        byte[] frame = [.. corpus[Below(corpus.Count)]];
        int mutations = Below(6);
        for (int mutation = 0; mutation < mutations && frame.Length > 0; mutation++) frame = Mutate(frame);
        if (Below(4) != 0) Repair(frame);
        return frame;
    }

    private int Below(int bound) => (int)_random.NextBelow((ulong)bound);

    private byte[] Mutate(byte[] frame)
    {
        int at = Below(frame.Length);
        switch (Below(6))
        {
            case 0:
                frame[at] ^= (byte)(1 << Below(8));
                return frame;
            case 1:
                frame[at] = Interesting[Below(Interesting.Length)];
                return frame;
            case 2:
                return frame[..at];
            case 3:
                byte[] longer = new byte[Math.Min(frame.Length + Below(3_000), 70_000 - 5_000)];
                frame.AsSpan(0, Math.Min(frame.Length, longer.Length)).CopyTo(longer);
                return longer;
            case 4:
                byte[] other = corpus[Below(corpus.Count)];
                return [.. frame[..at], .. other[Math.Min(at, other.Length)..]];
            default:
                int length = Math.Min(1 + Below(8), frame.Length - at);
                _random.Fill(frame.AsSpan(at, length));
                return frame;
        }
    }

    private static void Repair(byte[] frame)
    {
        const int start = EthernetPacket.HeaderBytes;
        if (frame.Length < start + Ipv4Packet.HeaderBytes || frame[start] >> 4 != 4) return;
        int headerBytes = Math.Max((frame[start] & 0xF) * 4, Ipv4Packet.HeaderBytes);
        if (frame.Length < start + headerBytes) return;
        (frame[start + 10], frame[start + 11]) = (0, 0);
        Write(frame, start + 10, InternetChecksum.Of(frame.AsSpan(start, headerBytes)));
        int length = Math.Min(frame[start + 2] << 8 | frame[start + 3], frame.Length - start);
        if (length <= headerBytes) return;
        Span<byte> payload = frame.AsSpan(start + headerBytes, length - headerBytes);
        byte protocol = frame[start + 9];
        int checksum = protocol switch
        {
            IpProtocol.Icmp => 2,
            IpProtocol.Udp => 6,
            IpProtocol.Tcp => 16,
            _ => int.MaxValue,
        };
        if (payload.Length < checksum + 2L) return;
        payload.Slice(checksum, 2).Clear();
        ushort sum = protocol == IpProtocol.Icmp
            ? InternetChecksum.Of(payload)
            : InternetChecksum.Of(payload, Ipv4Address.Read(frame.AsSpan(start + 12)), Ipv4Address.Read(frame.AsSpan(start + 16)), protocol);
        Write(frame, start + headerBytes + checksum, sum);
    }

    private static void Write(byte[] frame, int at, ushort value) => (frame[at], frame[at + 1]) = ((byte)(value >> 8), (byte)value);
}
