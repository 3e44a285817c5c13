namespace TestLab.Simulation;

/// <summary>State that is too large for one record, in a format of its own: a whole machine, memory, a disk.</summary>
public interface IBulkState
{
    void Save(Stream stream);

    /// <summary>Takes the state from a stream that ends where <see cref="Save"/> ended.</summary>
    /// <exception cref="SnapshotException">The state is damaged or does not fit.</exception>
    void Restore(Stream stream);

    /// <summary>Equal for equal states, and cheap where little has changed since the last call.</summary>
    StateHash Hash();
}
