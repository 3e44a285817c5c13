using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>Says again what the outside said, at the same moments; the outside itself is not touched.</summary>
/// <remarks>
/// It also checks that the lab asks what it asked then: another lab, or another program, is noticed at once.
/// </remarks>
public sealed class ReplayingOutside : IOutside
{
    private readonly OutsideLogReader _log;

    /// <param name="name">What is to be replayed.</param>
    /// <exception cref="OutsideLogException">The log is of something else.</exception>
    public ReplayingOutside(OutsideLogReader log, string name)
    {
        if (log.Name != name)
            throw new OutsideLogException($"The log is a record of '{log.Name}', not of '{name}'.");
        _log = log;
    }

    /// <summary>The run starts at a later moment, from a snapshot: what was said before is in its state.</summary>
    public void SkipTo(VirtualTime time)
    {
        while (_log.Peek() is { } entry && entry.Time < time) _log.Skip();
    }

    public void Request(VirtualTime now, OutsideMessage message)
    {
        // A run that goes on longer than the record asks into the void.
        if (_log.Peek() is not { } entry) return;
        byte[] asked = OutsideLogFormat.Entry(now, isRequest: true, message);
        if (!entry.IsRequest || !asked.AsSpan().SequenceEqual(OutsideLogFormat.RequestEntry(entry)))
            throw Diverged(now, $"{message.Kind} of flow {message.Flow}", entry);
        _log.Skip();
    }

    public OutsideMessage? TryReceive(VirtualTime now, bool isAwaited)
    {
        if (_log.Peek() is not { } entry || entry.Time > now) return null;
        if (entry.Time < now) throw Diverged(now, "nothing", entry);
        // Nothing more came at this look; what follows is asked in its course.
        if (entry.IsRequest) return null;
        _log.Skip();
        return entry.Message;
    }

    private static OutsideLogException Diverged(VirtualTime now, string asked, OutsideLogEntry entry) => new(
        $"The run differs from the record: at {now} it asks {asked}; the record has {entry.Message.Kind} of flow "
        + $"{entry.Message.Flow} at {entry.Time}.");
}
