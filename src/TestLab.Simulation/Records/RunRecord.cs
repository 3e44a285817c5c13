namespace TestLab.Simulation.Records;

/// <summary>What a run was, epoch by epoch and part by part; two runs with equal records are equal.</summary>
public sealed class RunRecord
{
    public const long DefaultEpochNanoseconds = 10_000_000;

    private readonly List<ProcessRecord> _processes = [];

    public RunRecord(long epochNanoseconds = DefaultEpochNanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochNanoseconds);
        EpochNanoseconds = epochNanoseconds;
    }

    public long EpochNanoseconds { get; }

    /// <summary>What has been recorded: every epoch that ends here or earlier.</summary>
    public VirtualTime End { get; internal set; }

    /// <summary>In the order in which they joined.</summary>
    public IReadOnlyList<ProcessRecord> Processes => _processes;

    /// <summary>One hash over the record.</summary>
    public StateHash Hash()
    {
        using var hasher = new StateHasher();
        using var content = new MemoryStream();
        RunRecordFile.Write(this, content);
        hasher.Add("record", content.GetBuffer().AsSpan(0, (int)content.Length));
        return hasher.Finish();
    }

    /// <summary>Writes JSON.</summary>
    public void Write(Stream stream) => RunRecordFile.Write(this, stream);

    /// <exception cref="SnapshotException">The stream holds no record, or a damaged one.</exception>
    public static RunRecord Read(Stream stream) => RunRecordFile.Read(stream);

    /// <summary>The first epoch that differs, as far as both go; null if there is none.</summary>
    /// <exception cref="ArgumentException">The epochs have different lengths.</exception>
    public RunDifference? Compare(RunRecord other)
    {
        if (other.EpochNanoseconds != EpochNanoseconds)
            throw new ArgumentException("Records with epochs of different lengths cannot be compared.", nameof(other));
        long end = VirtualTime.Min(End, other.End).Nanoseconds / EpochNanoseconds;
        (ProcessRecord Left, ProcessRecord Right)[] pairs = [.. Pairs(other)];
        long first = end;
        foreach ((ProcessRecord left, ProcessRecord right) in pairs) first = FirstDifference(left, right, first);
        if (first == end) return null;
        PartDifference[] parts = [.. pairs.SelectMany(pair => Differences(pair.Left, pair.Right, first))];
        VirtualTime start = new(first * EpochNanoseconds);
        return new RunDifference(first, start, start.After(EpochNanoseconds), parts);
    }

    internal ProcessRecord For(string process)
    {
        ProcessRecord? record = _processes.Find(record => record.Name == process);
        if (record is null) _processes.Add(record = new ProcessRecord(process));
        return record;
    }

    private IEnumerable<(ProcessRecord Left, ProcessRecord Right)> Pairs(RunRecord other)
    {
        foreach (ProcessRecord left in _processes)
            yield return (left, other._processes.Find(right => right.Name == left.Name) ?? new ProcessRecord(left.Name));
        foreach (ProcessRecord right in other._processes)
            if (!_processes.Exists(left => left.Name == right.Name)) yield return (new ProcessRecord(right.Name), right);
    }

    private static long FirstDifference(ProcessRecord left, ProcessRecord right, long end)
    {
        for (int index = 0; ; index++)
        {
            EpochRecord? mine = index < left.Epochs.Count ? left.Epochs[index] : null;
            EpochRecord? theirs = index < right.Epochs.Count ? right.Epochs[index] : null;
            long epoch = Math.Min(mine?.Epoch ?? end, theirs?.Epoch ?? end);
            if (epoch >= end) return end;
            if (mine is null || theirs is null || mine.Epoch != theirs.Epoch) return epoch;
            if (!AreEqual(left, mine, right, theirs)) return epoch;
        }
    }

    private static bool AreEqual(ProcessRecord left, EpochRecord mine, ProcessRecord right, EpochRecord theirs) =>
        left.Parts.SequenceEqual(right.Parts)
            ? mine.Hashes.SequenceEqual(theirs.Hashes)
            : !DifferentParts(left, mine, right, theirs).Any();

    private static IEnumerable<PartDifference> Differences(ProcessRecord left, ProcessRecord right, long epoch)
    {
        EpochRecord? mine = left.Epochs.FirstOrDefault(record => record.Epoch == epoch);
        EpochRecord? theirs = right.Epochs.FirstOrDefault(record => record.Epoch == epoch);
        if (mine is null && theirs is null) return [];
        if (mine is null || theirs is null) return [new PartDifference(left.Name, null)];
        return DifferentParts(left, mine, right, theirs).Select(part => new PartDifference(left.Name, part));
    }

    private static IEnumerable<string> DifferentParts(
        ProcessRecord left, EpochRecord mine, ProcessRecord right, EpochRecord theirs) =>
        left.Parts.Union(right.Parts).Where(part =>
            mine.HashOf(left.Find(part)) != theirs.HashOf(right.Find(part)));
}
