using TestLab.Networks.Outside;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Outside;

/// <summary>An outside that remembers what it is asked and says what the test says.</summary>
internal sealed class SilentOutside : IOutside
{
    private readonly Queue<OutsideMessage> _said = [];

    public List<OutsideMessage> Requests { get; } = [];

    public void Say(OutsideMessage message) => _said.Enqueue(message);

    public void Request(VirtualTime now, OutsideMessage message) => Requests.Add(message);

    public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited) => _said.TryDequeue(out OutsideMessage? message) ? message : null;
}
