using System.Numerics;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Counters;

/// <summary>How long frames took from being sent to arriving: counts in classes of an eighth of an octave.</summary>
public sealed class DelayHistogram : ISnapshotable<DelayHistogramState>
{
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;

    /// <summary>Up to 2^63 ns.</summary>
    internal const int Classes = (63 - StepBits + 1) * Steps;

    private readonly ulong[] _counts = new ulong[Classes];

    public ulong Frames { get; private set; }

    public long LeastNanoseconds { get; private set; } = long.MaxValue;

    public long MostNanoseconds { get; private set; }

    /// <summary>Of the frame that was counted last; not part of the state.</summary>
    public long LastNanoseconds { get; private set; }

    /// <summary>Of all delays, rounded down; 0 where there are none.</summary>
    public long MeanNanoseconds => Frames == 0 ? 0 : (long)(Sum / Frames);

    private UInt128 Sum { get; set; }

    /// <summary>An upper bound of the delay that so many percent of the frames had at most, exact to an eighth.</summary>
    public long PercentileNanoseconds(int percent)
    {
        ulong wanted = (ulong)((UInt128)Frames * (ulong)percent / 100);
        ulong seen = 0;
        for (int i = 0; i < Classes; i++)
        {
            seen += _counts[i];
            if (seen > 0 && seen >= wanted) return Math.Min(MostNanoseconds, UpperBound(i));
        }

        return MostNanoseconds;
    }

    public DelayHistogramState Save()
    {
        int first = Array.FindIndex(_counts, count => count != 0);
        int last = Array.FindLastIndex(_counts, count => count != 0);
        return new DelayHistogramState
        {
            Least = LeastNanoseconds,
            Most = MostNanoseconds,
            SumHigh = (ulong)(Sum >> 64),
            SumLow = (ulong)Sum,
            First = Math.Max(0, first),
            Counts = first < 0 ? [] : _counts[first..(last + 1)],
        };
    }

    public void Restore(in DelayHistogramState state)
    {
        Array.Clear(_counts);
        state.Counts.CopyTo(_counts, state.First);
        Frames = 0;
        foreach (ulong count in state.Counts) Frames += count;
        (LeastNanoseconds, MostNanoseconds) = (state.Least, state.Most);
        Sum = new UInt128(state.SumHigh, state.SumLow);
    }

    internal void Add(long nanoseconds)
    {
        Frames++;
        LastNanoseconds = nanoseconds;
        Sum += (ulong)nanoseconds;
        LeastNanoseconds = Math.Min(LeastNanoseconds, nanoseconds);
        MostNanoseconds = Math.Max(MostNanoseconds, nanoseconds);
        _counts[ClassOf(nanoseconds)]++;
    }

    // Below 8 ns a class a nanosecond; above, the three bits after the highest one tell the class.
    private static int ClassOf(long nanoseconds)
    {
        if (nanoseconds < Steps) return (int)nanoseconds;
        int octave = BitOperations.Log2((ulong)nanoseconds) - StepBits;
        return (octave << StepBits) + (int)(nanoseconds >> octave);
    }

    private static long UpperBound(int number)
    {
        if (number < Steps) return number;
        int octave = (number >> StepBits) - 1;
        return ((long)((number & (Steps - 1)) + Steps + 1) << octave) - 1;
    }
}
