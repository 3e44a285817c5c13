using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>Somebody outside who watches a run: a terminal, a log. Nothing of the run depends on it.</summary>
/// <remarks>Called on the threads that run the lab, one call at a time for each machine and for the steps.</remarks>
public interface IRunObserver
{
    void MachineChanged(VirtualTime time, string machine, MachineStage stage);

    /// <param name="time">When the guest wrote the first of the bytes.</param>
    /// <param name="machine">Whose console it is.</param>
    /// <param name="bytes">Valid during the call.</param>
    void ConsoleWritten(VirtualTime time, string machine, ReadOnlySpan<byte> bytes);

    void StepStarted(VirtualTime time, StepPlan step);

    void StepEnded(VirtualTime time, StepResult result);
}
