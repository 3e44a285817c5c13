using TestLab.Simulation;

namespace TestLab.Networks.Links.Rates;

/// <summary>The moments at which a link takes a packet's worth of bytes, over and over: a recorded cellular link.</summary>
/// <remarks>
/// The format is that of mahimahi's link shell: a line for each opportunity, holding its millisecond; the last line is
/// the length of the trace. An opportunity takes 1504 bytes, of one frame or several; what it does not use is lost.
/// </remarks>
public sealed class DeliveryTrace : IEquatable<DeliveryTrace>
{
    public const int OpportunityBytes = 1_504;

    /// <summary>Two hours of 100 Mbit/s are 60 million; this is more than any published trace has.</summary>
    public const int OpportunityLimit = 4_000_000;

    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly uint[] _milliseconds;

    /// <param name="milliseconds">Rising; an entry stands as often as opportunities fall into its millisecond.</param>
    /// <exception cref="ArgumentException">The trace is empty, too long, falls, or ends at 0.</exception>
    public DeliveryTrace(ReadOnlySpan<uint> milliseconds)
    {
        if (milliseconds.IsEmpty || milliseconds.Length > OpportunityLimit)
            throw new ArgumentException($"A trace has between 1 and {OpportunityLimit} opportunities.");
        if (milliseconds[^1] == 0) throw new ArgumentException("The last line of a trace is its length, which is not 0.");
        for (int i = 1; i < milliseconds.Length; i++)
        {
            if (milliseconds[i] < milliseconds[i - 1])
                throw new ArgumentException($"Line {i + 1} of the trace goes back in time.");
        }

        _milliseconds = milliseconds.ToArray();
    }

    public int Count => _milliseconds.Length;

    /// <summary>After which the trace begins anew.</summary>
    public long PeriodNanoseconds => _milliseconds[^1] * NanosecondsPerMillisecond;

    public long AverageBitsPerSecond => (long)(
        (UInt128)Count * OpportunityBytes * 8 * VirtualTime.NanosecondsPerSecond / (ulong)PeriodNanoseconds);

    public ReadOnlySpan<uint> Milliseconds => _milliseconds;

    /// <exception cref="FormatException">A line is not a number.</exception>
    /// <exception cref="ArgumentException">The numbers are no trace.</exception>
    public static DeliveryTrace Parse(string text)
    {
        var milliseconds = new List<uint>();
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            if (!uint.TryParse(line.Trim(), out uint value))
                throw new FormatException($"Line {number} of the trace is not a number of milliseconds.");
            milliseconds.Add(value);
        }

        return new DeliveryTrace(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(milliseconds));
    }

    public bool Equals(DeliveryTrace? other) =>
        other is not null && _milliseconds.AsSpan().SequenceEqual(other._milliseconds);

    public override bool Equals(object? obj) => Equals(obj as DeliveryTrace);

    /// <summary>Of the trace's shape; not seen by anything that a run depends on.</summary>
    public override int GetHashCode() => Count ^ (int)_milliseconds[^1];

    /// <summary>The moment of an opportunity, counted from 0 over all repetitions.</summary>
    internal VirtualTime TimeOf(long opportunity) => VirtualTime.Zero
        .After(opportunity / Count * PeriodNanoseconds)
        .After(_milliseconds[opportunity % Count] * NanosecondsPerMillisecond);

    /// <summary>The first opportunity that is not before the moment.</summary>
    internal long FirstAt(VirtualTime time)
    {
        long round = time.Nanoseconds / PeriodNanoseconds;
        long within = time.Nanoseconds % PeriodNanoseconds;
        // The last line of one round and the start of the next are one moment.
        if (within == 0 && round > 0) (round, within) = (round - 1, PeriodNanoseconds);
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_milliseconds[middle] * NanosecondsPerMillisecond < within) low = middle + 1;
            else high = middle;
        }

        return round * Count + low;
    }
}
