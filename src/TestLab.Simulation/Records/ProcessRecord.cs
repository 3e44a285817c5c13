namespace TestLab.Simulation.Records;

/// <summary>The hashes of one process, for each epoch in which it did anything.</summary>
/// <remarks>Of each hash 64 bits are kept: enough to tell two runs apart. Zero stands for a part that was not there.</remarks>
public sealed class ProcessRecord(string name)
{
    private readonly List<string> _parts = [];
    private readonly Dictionary<string, int> _indices = [];
    private readonly List<EpochRecord> _epochs = [];

    public string Name { get; } = name;

    /// <summary>The names of its parts; an epoch has their hashes in this order.</summary>
    public IReadOnlyList<string> Parts => _parts;

    /// <summary>In rising order.</summary>
    public IReadOnlyList<EpochRecord> Epochs => _epochs;

    internal void Add(long epoch, IEnumerable<PartHash> parts)
    {
        var hashes = new List<ulong>(_parts.Count);
        foreach ((string part, StateHash hash) in parts)
        {
            int index = IndexOf(part);
            while (hashes.Count <= index) hashes.Add(0);
            hashes[index] = (ulong)hash.Low;
        }

        Add(new EpochRecord(epoch, [.. hashes]));
    }

    internal void Add(EpochRecord epoch)
    {
        if (_epochs.Count > 0 && epoch.Epoch <= _epochs[^1].Epoch)
            throw new InvalidOperationException($"{Name}: epoch {epoch.Epoch} was recorded before.");
        _epochs.Add(epoch);
    }

    /// <summary>The index of a part; -1 if it never was there.</summary>
    internal int Find(string part) => _indices.GetValueOrDefault(part, -1);

    internal int IndexOf(string part)
    {
        if (_indices.TryGetValue(part, out int index)) return index;
        _indices.Add(part, _parts.Count);
        _parts.Add(part);
        return _parts.Count - 1;
    }
}
