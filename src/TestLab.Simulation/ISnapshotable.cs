namespace TestLab.Simulation;

/// <summary>A component whose visible state is one record.</summary>
public interface ISnapshotable<TState>
    where TState : struct, IState
{
    /// <summary>A copy that later changes do not touch.</summary>
    TState Save();

    /// <summary>Takes the state and drives lines and timers anew.</summary>
    void Restore(in TState state);
}
