using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>Writes the consoles of the machines beside the results, and passes everything on.</summary>
internal sealed class ConsoleFiles(RunFiles files, IRunObserver observer) : IRunObserver
{
    public void MachineChanged(VirtualTime time, string machine, MachineStage stage) => observer.MachineChanged(time, machine, stage);

    public void ConsoleWritten(VirtualTime time, string machine, ReadOnlySpan<byte> bytes)
    {
        files.AddConsole(machine, bytes);
        observer.ConsoleWritten(time, machine, bytes);
    }

    public void StepStarted(VirtualTime time, StepPlan step) => observer.StepStarted(time, step);

    public void StepEnded(VirtualTime time, StepResult result) => observer.StepEnded(time, result);
}
