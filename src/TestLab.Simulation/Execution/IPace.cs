namespace TestLab.Simulation.Execution;

/// <summary>Holds a run back, as real time does: it never lets the host's time into the state.</summary>
public interface IPace
{
    /// <summary>Waits until the run may go on from where all processes stand, and says how far.</summary>
    /// <returns>Later than now; at cancellation, at once.</returns>
    VirtualTime Await(VirtualTime now, CancellationToken cancellation);
}
