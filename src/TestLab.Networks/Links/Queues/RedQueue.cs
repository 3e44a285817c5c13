using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>Random early detection, by the paper of Floyd and Jacobson (1993) and with its names.</summary>
/// <remarks>The average is a fixed-point number; its decay over an idle time is a power by repeated squaring.</remarks>
internal sealed class RedQueue(
    FrameStore store, IQueueListener listener, QueueSettings settings, RateSettings rate, RandomStream early)
    : SingleListQueue(store, listener, settings, rate)
{
    private const int FractionBits = 32;

    /// <summary>A small packet, as the average ages by in an idle time.</summary>
    private const int TypicalBytes = 1_000;

    private ulong _average;
    private uint _count;
    private VirtualTime _idleSince = VirtualTime.Zero;
    private ulong _draws;

    /// <summary>Bytes, rounded down.</summary>
    public long AverageBytes => (long)(_average >> FractionBits);

    public override bool MayPass(VirtualTime now) => false;

    public override void Add(VirtualTime now, ReadOnlySpan<byte> frame, int countedBytes)
    {
        UpdateAverage(now);
        if (IsFullFor(countedBytes))
        {
            _count = 0;
            DropNew(now, frame, DropCause.QueueFull);
            return;
        }

        int stored = Store.Add(frame, countedBytes, now);
        bool isCertain = AverageBytes >= Settings.RedMostBytes;
        if (isCertain || IsChosenEarly())
        {
            _count = 0;
            if (isCertain || !TryMark(Store.Content(stored)))
            {
                DropOld(now, stored, DropCause.Red);
                return;
            }
        }

        _idleSince = VirtualTime.Never;
        AddUnjudged(stored);
    }

    public override int Take(VirtualTime now)
    {
        int frame = TakeUnjudged();
        if (Count == 0 && _idleSince == VirtualTime.Never) _idleSince = now;
        return frame;
    }

    public override QueueState Save() => new()
    {
        Frames = SaveFrames(),
        RedAverage = _average,
        RedCount = _count,
        RedIdleSince = _idleSince,
        RedDraws = _draws,
    };

    public override void Restore(in QueueState state)
    {
        RestoreFrames(state.Frames);
        (_average, _count, _idleSince, _draws) = (state.RedAverage, state.RedCount, state.RedIdleSince, state.RedDraws);
    }

    private void UpdateAverage(VirtualTime now)
    {
        if (_idleSince == VirtualTime.Never)
        {
            long difference = (CountedBytes << FractionBits) - (long)_average;
            _average = (ulong)((long)_average + (difference >> Settings.RedWeightBits));
            return;
        }

        long rate = Rate.AverageBitsPerSecond;
        if (rate == RateSettings.Unlimited)
        {
            _average = 0;
            return;
        }

        UInt128 bits = (UInt128)(ulong)now.Since(_idleSince) * (ulong)rate / VirtualTime.NanosecondsPerSecond;
        UInt128 packets = bits / (8 * TypicalBytes);
        _average = Decayed(_average, (ulong)UInt128.Min(packets, ulong.MaxValue));
    }

    private ulong Decayed(ulong average, ulong packets)
    {
        const ulong One = 1UL << FractionBits;
        ulong factor = One;
        for (ulong power = One - (One >> Settings.RedWeightBits); packets != 0 && factor != 0; packets >>= 1)
        {
            if ((packets & 1) != 0) factor = Product(factor, power);
            power = Product(power, power);
        }

        return (ulong)((UInt128)average * factor >> FractionBits);
    }

    private static ulong Product(ulong left, ulong right) =>
        Math.BigMul(left, right, out ulong low) << FractionBits | low >> FractionBits;

    // The probability rises with the frames since the last drop, which spreads the drops evenly.
    private bool IsChosenEarly()
    {
        if (AverageBytes < Settings.RedLeastBytes)
        {
            _count = 0;
            return false;
        }

        _count++;
        UInt128 one = (UInt128)1 << 64;
        ulong excess = _average - ((ulong)Settings.RedLeastBytes << FractionBits);
        UInt128 share = (UInt128)Settings.RedProbability.Threshold * excess
            / ((ulong)(Settings.RedMostBytes - Settings.RedLeastBytes) << FractionBits);
        UInt128 spread = share * _count;
        ulong draw = early.At(_draws++);
        return spread >= one || draw < (share << 63) / (one - spread) << 1;
    }
}
