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
            ? new LinkTimetable(
                [.. entries.Select(entry => new LinkTimetableEntry(entry.Nanoseconds, entry.Settings.Settings))], PeriodNanoseconds)
            : null;
        set
        {
            PeriodNanoseconds = value?.PeriodNanoseconds ?? 0;
            _entries = value is null ? null : [.. value.Entries.ToArray().Select(Stored)];
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
        if (!transfer.IsReading) return;
        try
        {
            _ = Timetable;
        }
        catch (ArgumentException wrong)
        {
            throw new SnapshotException($"The snapshot is damaged: {wrong.Message}", wrong);
        }
    }

    private static Entry Stored(LinkTimetableEntry entry) =>
        new() { Nanoseconds = entry.Nanoseconds, Settings = new LinkSettingsState { Settings = entry.Settings } };

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
