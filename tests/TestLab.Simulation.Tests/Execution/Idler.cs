using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A process with a defect: it always has something to do and never does it.</summary>
internal sealed class Idler() : LogicalProcess("idler")
{
    public override VirtualTime Now => VirtualTime.Zero;

    public override VirtualTime NextAction => VirtualTime.Zero;

    public override void Advance(VirtualTime until)
    {
    }
}
