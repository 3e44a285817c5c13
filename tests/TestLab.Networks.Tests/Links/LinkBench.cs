using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

/// <summary>One direction with a scripted sender and a witness.</summary>
internal sealed class LinkBench
{
    public const ulong Seed = 42;
    public const string Path = "client/wan";

    public LinkBench(LinkSettings settings, string path = Path, ulong seed = Seed)
    {
        Sender = new Script();
        Direction = new LinkDirection(Sender, new LinkPath(path), LinkWay.Up, seed, settings);
        Direction.Attach(Witness);
    }

    public Script Sender { get; }

    public LinkDirection Direction { get; }

    public Witness Witness { get; } = new();

    public LinkCountersView Counters => new(Direction.Counters);

    public static LinkSettings Settings(long kilobits, decimal delayMilliseconds = 0) => new()
    {
        Rate = RateSettings.OfKilobits(kilobits),
        Delay = DelaySettings.OfMilliseconds(delayMilliseconds),
    };

    /// <summary>Frames numbered from <paramref name="first"/> on, one each so many nanoseconds.</summary>
    public LinkBench Send(int count, int frameBytes, long gapNanoseconds, long start = 0, ulong first = 0, byte congestion = 0)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] frame = TestFrames.Udp(frameBytes, first + (ulong)i, congestion: congestion);
            Sender.At(start + i * gapNanoseconds, now => Direction.Send(now, frame));
        }

        return this;
    }

    public LinkBench Run(long untilNanoseconds = 1_000_000_000_000)
    {
        Sender.Advance(new VirtualTime(untilNanoseconds));
        return this;
    }
}
