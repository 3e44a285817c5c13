namespace TestLab.Simulation.Execution;

/// <summary>Disturbs a run from the host's side, for tests that its result does not depend on it.</summary>
/// <remarks>Called from all threads.</remarks>
public interface IInterference
{
    /// <summary>Which of so many ready processes runs next; otherwise it is the first.</summary>
    int Pick(int readyCount);

    /// <summary>Called before and after each window, on its thread: the place for sleeps and collections.</summary>
    void Disturb();
}
