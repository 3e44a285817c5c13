using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>Passes everything on, and writes it down.</summary>
public sealed class RecordingOutside(IOutside outside, OutsideLogWriter log) : IOutside
{
    public void Request(VirtualTime now, OutsideMessage message)
    {
        log.Write(now, isRequest: true, message);
        outside.Request(now, message);
    }

    public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited)
    {
        OutsideMessage? message = outside.TryReceive(now, isAwaited);
        if (message is null) log.Flush();
        else log.Write(now, isRequest: false, message);
        return message;
    }
}
