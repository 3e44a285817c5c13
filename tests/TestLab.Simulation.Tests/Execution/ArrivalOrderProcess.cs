using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A process with the defect that the tests must be able to see: frames of one moment count in the order in
/// which they happened to be handed over.</summary>
internal sealed class ArrivalOrderProcess(string name, ulong seed, long periodNanoseconds)
    : ModelProcess(name, seed, periodNanoseconds)
{
    private ulong _arrivals;

    public override void Accept(InputPort port, VirtualTime arrival, ulong sequence, Frame frame) =>
        base.Accept(Inputs[0], arrival, _arrivals++, frame);
}
