using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>No outside at all: streams are refused, echoes get no answer, datagrams and frames are lost.</summary>
public sealed class ClosedOutside : IOutside
{
    // One for each request of a stream or an echo; all are taken at the gateway's next look.
    private readonly Queue<OutsideMessage> _refusals = [];

    public void Request(VirtualTime now, OutsideMessage message)
    {
        if (message.Kind is OutsideMessageKind.OpenStream or OutsideMessageKind.SendEcho)
            _refusals.Enqueue(new OutsideMessage(OutsideMessageKind.Failed, message.Flow) { Number = message.Number });
    }

    public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited) =>
        _refusals.TryDequeue(out OutsideMessage? message) ? message : null;
}
