using TestLab.Simulation;

namespace TestLab.Machines.Network;

/// <summary>Runs connected machines on one thread, window by window of the smallest latency between them.</summary>
/// <remarks>
/// What a machine sends within a window arrives after it, so the order of the machines inside a window does not matter.
/// When all of them sleep, the window moves to the next event of any.
/// </remarks>
public sealed class LockStep(IReadOnlyList<PersonalComputer> machines, long lookaheadNanoseconds)
{
    private readonly RunResult[] _results = new RunResult[machines.Count];

    /// <summary>How each machine ended its last window.</summary>
    public IReadOnlyList<RunResult> Results => _results;

    public VirtualTime Now { get; private set; }

    /// <summary>Runs to the time, or until a window in which a machine asked for a reset or was stopped, or all are off.</summary>
    public void Run(VirtualTime until)
    {
        bool goesOn = true;
        while (goesOn && Now < until)
        {
            VirtualTime next = machines.Min(machine => machine.NextAction);
            VirtualTime start = VirtualTime.Min(VirtualTime.Max(Now, next), until);
            Now = VirtualTime.Min(start.After(lookaheadNanoseconds), until);
            for (int index = 0; index < machines.Count; index++) _results[index] = machines[index].Run(Now);
            goesOn = !_results.Any(result => result is RunResult.ResetRequested or RunResult.Stopped)
                && _results.Any(result => result is not RunResult.PoweredOff);
        }
    }
}
