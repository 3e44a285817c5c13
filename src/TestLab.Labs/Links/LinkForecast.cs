namespace TestLab.Labs.Links;

/// <summary>What can be said of a direction of a link before anything runs, for people.</summary>
public sealed record LinkForecast
{
    private const int EthernetHeaderBytes = 14;
    private const int WireBytes = 24;
    private const int TcpHeaderBytes = 52; // IP 20, TCP 20, time stamps 12.
    private const int UdpHeaderBytes = 28;
    private const int FrameMinBytes = 60;

    /// <summary>The time that every network card's pipeline takes, and the least lookahead of a network.</summary>
    public const long FloorNanoseconds = 20_000;

    /// <summary>No frame arrives sooner than this after it was sent: what nodes can run ahead of each other.</summary>
    public required long LookaheadNanoseconds { get; init; }

    /// <summary>What one TCP connection carries in full packets when the queue is large enough; 0: not limited by the link.</summary>
    public required ulong TcpBitsPerSecond { get; init; }

    /// <summary>The forecast for a direction.</summary>
    /// <param name="link">The direction.</param>
    /// <param name="back">The other one, which the acknowledgements take.</param>
    /// <param name="mtuBytes">The network's.</param>
    public static LinkForecast Of(LinkModel link, LinkModel back, int mtuBytes)
    {
        int mtu = link.MtuBytes > 0 ? Math.Min(link.MtuBytes, mtuBytes) : mtuBytes;
        ulong byRate = ByRate(link, mtu);
        ulong byLoss = ByLoss(link, back, mtu);
        return new()
        {
            LookaheadNanoseconds = Lookahead(link),
            TcpBitsPerSecond = byLoss == 0 ? byRate : byRate == 0 ? byLoss : Math.Min(byRate, byLoss),
        };
    }

    private static long Lookahead(LinkModel link)
    {
        // What a schedule can shorten does not count.
        long delay = link.Schedule.Select(change => change.DelayNanoseconds).OfType<long>().Append(link.DelayNanoseconds).Min();
        bool isBounded = link.Jitter is null or { Distribution: JitterDistribution.Uniform };
        long least = isBounded ? Math.Max(0, delay - (link.Jitter?.Nanoseconds ?? 0)) : 0;
        if (link.Reorder is not null) least = 0;
        ulong rate = link.Schedule.Select(change => change.RateBitsPerSecond).OfType<ulong>().Append(link.RateBitsPerSecond).Max();
        bool isLimited = rate > 0 && link.RateBitsPerSecond > 0 && link.Schedule.All(change => change.RateBitsPerSecond is not 0);
        long serialization = isLimited ? (long)((UInt128)(FrameBytes(link, FrameMinBytes - EthernetHeaderBytes) * 8) * 1_000_000_000 / rate) : 0;
        return FloorNanoseconds + least + serialization;
    }

    private static ulong ByRate(LinkModel link, int mtu) => link.RateBitsPerSecond == 0
        ? 0
        : (ulong)((UInt128)link.RateBitsPerSecond * (ulong)(mtu - TcpHeaderBytes) / FrameBytes(link, mtu));

    // The larger of Reno's (Mathis, delayed acknowledgements) and CUBIC's (RFC 8312): windows fall back to Reno's.
    private static ulong ByLoss(LinkModel link, LinkModel back, int mtu)
    {
        double loss = link.Loss switch
        {
            RandomLoss random => random.Chance.Value,
            GilbertLoss { P: var p, R: var r } gilbert when p.Value + r.Value > 0 =>
                (p.Value * (1 - gilbert.H.Value) + r.Value * (1 - gilbert.K.Value)) / (p.Value + r.Value),
            EveryNthLoss every => 1.0 / every.Count,
            _ => 0,
        };
        double roundTrip = (link.DelayNanoseconds + back.DelayNanoseconds + 2 * FloorNanoseconds) / 1e9;
        if (loss <= 0) return 0;
        double packets = Math.Max(0.93 / Math.Sqrt(loss), 1.054 * Math.Pow(roundTrip / loss, 0.75));
        return (ulong)((mtu - TcpHeaderBytes) * 8 * packets / roundTrip);
    }

    private static ulong FrameBytes(LinkModel link, int packetBytes)
    {
        int frame = Math.Max(FrameMinBytes, packetBytes + EthernetHeaderBytes);
        int counted = link.RateLayer switch
        {
            RateLayer.Wire => frame + WireBytes,
            RateLayer.Frame => frame,
            RateLayer.Ip => packetBytes,
            _ => Math.Max(1, packetBytes - UdpHeaderBytes),
        };
        return (ulong)(counted + link.OverheadBytes);
    }
}
