using TestLab.Simulation;

namespace TestLab.Networks.Links.Counters;

/// <summary>The classes of a <see cref="DelayHistogram"/> between the first and the last that is not empty.</summary>
public record struct DelayHistogramState : IState
{
    private ulong[]? _counts;

    public long Least;
    public long Most;
    public ulong SumHigh;
    public ulong SumLow;
    public int First;

    public ulong[] Counts
    {
        readonly get => _counts ?? [];
        set => _counts = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Int64(ref Least);
        transfer.Int64(ref Most);
        transfer.UInt64(ref SumHigh);
        transfer.UInt64(ref SumLow);
        transfer.Count(ref First, DelayHistogram.Classes);
        ulong[] counts = Counts;
        int length = counts.Length;
        transfer.Count(ref length, DelayHistogram.Classes - First);
        if (transfer.IsReading) counts = new ulong[length];
        transfer.UInt64s(counts);
        Counts = counts;
    }
}
