using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A model process whose links become shorter and longer as it goes.</summary>
internal sealed class ChangingProcess : ModelProcess
{
    private readonly RandomStream _random;
    private readonly Dictionary<OutputPort, VirtualTime> _earliest = [];

    public ChangingProcess(string name, ulong seed, long periodNanoseconds)
        : base(name, seed, periodNanoseconds)
    {
        _random = new RandomStream(seed, name, "lookahead");
        Acting = Change;
    }

    protected override VirtualTime NearestArrival(OutputPort port) =>
        VirtualTime.Max(Now, _earliest.GetValueOrDefault(port)).After(port.LookaheadNanoseconds);

    private void Change(ModelProcess process)
    {
        OutputPort port = Outputs[(int)_random.NextBelow((ulong)Outputs.Count)];
        byte[] content = new byte[24];
        _random.Fill(content.AsSpan(0, 8));
        port.Send(NearestArrival(port), content);
        _earliest[port] = port.ChangeLookahead(5 + (long)_random.NextBelow(60));
    }
}
