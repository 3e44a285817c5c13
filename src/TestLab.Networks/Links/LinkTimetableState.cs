using TestLab.Simulation;

namespace TestLab.Networks.Links;

/// <summary>The timetable that a direction follows, and how far it has come.</summary>
internal record struct LinkTimetableState : IState
{
    private Entry[]? _entries;

    public long PeriodNanoseconds;

    /// <summary>When it began.</summary>
    public VirtualTime Start;

    /// <summary>The next entry, counted on over all repetitions.</summary>
    public long Next;

    /// <summary>Null where there is none.</summary>
    public LinkTimetable? Timetable
    {
        readonly get => _entries is { Length: > 0 } entries
            ? new LinkTimetable([.. entries.Select(entry => new LinkTimetableEntry(entry.Nanoseconds, entry.Settings.Settings))], PeriodNanoseconds)
            : null;
        set
        {
            PeriodNanoseconds = value?.PeriodNanoseconds ?? 0;
            _entries = value is null ? null : [.. value.Entries.ToArray().Select(entry =>
                new Entry { Nanoseconds = entry.Nanoseconds, Settings = new LinkSettingsState { Settings = entry.Settings } })];
        }
    }

    public void Transfer(StateTransfer transfer)
    {
        Entry[] entries = _entries ?? [];
        transfer.List(ref entries, LinkTimetable.EntryLimit);
        _entries = entries;
        transfer.Int64(ref PeriodNanoseconds);
        transfer.Time(ref Start);
        transfer.Int64(ref Next);
        transfer.Require(Next >= 0, "a place in a timetable is negative");
        long before = -1;
        foreach (Entry entry in entries)
        {
            transfer.Require(entry.Nanoseconds > before, "a timetable goes back in time");
            before = entry.Nanoseconds;
        }

        transfer.Require(PeriodNanoseconds == 0 || PeriodNanoseconds > before, "a timetable repeats before its end");
    }

    private record struct Entry : IState
    {
        public long Nanoseconds;
        public LinkSettingsState Settings;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Int64(ref Nanoseconds);
            Settings.Transfer(transfer);
        }
    }
}
