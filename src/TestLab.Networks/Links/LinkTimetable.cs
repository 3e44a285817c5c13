namespace TestLab.Networks.Links;

/// <summary>How the settings of one direction change with time, once or over and over.</summary>
public sealed class LinkTimetable
{
    public const int EntryLimit = 65_536;

    public const long LeastStepNanoseconds = 1_000;

    private readonly LinkTimetableEntry[] _entries;

    /// <param name="entries">By rising moments, counted from when the direction starts to follow.</param>
    /// <param name="periodNanoseconds">After which it begins anew; 0 for once.</param>
    /// <exception cref="ArgumentException">No entry, too many, not rising, or some settings are wrong.</exception>
    public LinkTimetable(ReadOnlySpan<LinkTimetableEntry> entries, long periodNanoseconds)
    {
        if (entries.Length is 0 or > EntryLimit)
            throw new ArgumentException($"A timetable has between 1 and {EntryLimit} entries.");
        long before = -LeastStepNanoseconds;
        foreach (LinkTimetableEntry entry in entries)
        {
            if (entry.Nanoseconds < 0 || entry.Nanoseconds - before < LeastStepNanoseconds)
                throw new ArgumentException("The moments of a timetable rise, by a microsecond or more.");
            before = entry.Nanoseconds;
            entry.Settings.Validate();
        }

        if (periodNanoseconds != 0 && periodNanoseconds - before < LeastStepNanoseconds)
            throw new ArgumentException("A timetable repeats a microsecond after its last entry, or later.");
        _entries = entries.ToArray();
        PeriodNanoseconds = periodNanoseconds;
    }

    public ReadOnlySpan<LinkTimetableEntry> Entries => _entries;

    public long PeriodNanoseconds { get; }

    /// <summary>The entry of a number, counted on over all repetitions; null after the last one.</summary>
    internal LinkTimetableEntry? EntryAt(long number)
    {
        if (number < _entries.Length) return _entries[number];
        if (PeriodNanoseconds == 0) return null;
        (long round, long entry) = Math.DivRem(number, _entries.Length);
        LinkTimetableEntry within = _entries[entry];
        Int128 nanoseconds = within.Nanoseconds + (Int128)round * PeriodNanoseconds;
        return within with { Nanoseconds = (long)Int128.Min(nanoseconds, long.MaxValue) };
    }
}
