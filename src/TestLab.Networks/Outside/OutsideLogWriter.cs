using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>Writes a log of what is said between a lab and the outside.</summary>
public sealed class OutsideLogWriter
{
    private readonly Stream _stream;
    private byte[] _link;

    /// <param name="stream">The caller's, who disposes of it.</param>
    /// <param name="name">What is recorded: a replay of something else is refused.</param>
    public OutsideLogWriter(Stream stream, string name)
    {
        _stream = stream;
        byte[] head = OutsideLogFormat.Head(name);
        _link = OutsideLogFormat.Link([], head);
        stream.Write(head);
        stream.Write(_link);
    }

    public void Write(VirtualTime time, bool isRequest, OutsideMessage message)
    {
        byte[] entry = OutsideLogFormat.Entry(time, isRequest, message);
        _link = OutsideLogFormat.Link(_link, entry);
        _stream.Write(entry);
        _stream.Write(_link);
    }

    public void Flush() => _stream.Flush();
}
