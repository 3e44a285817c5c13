using TestLab.Networks.Packets;
using TestLab.Networks.Transport;
using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>
/// Streams between guests and the outside: each is two connections, one in the lab and one of the host.
/// </summary>
/// <remarks>
/// Neither side is read faster than the other takes: the guest's window closes over what the host has not taken, and
/// the host reads only what the guest's connection has room for.
/// </remarks>
internal sealed class NatStreams(NatPolicy policy, IOutside outside) : ITcpUser
{
    /// <summary>A stream that is silent for so long no longer holds the lab's time back.</summary>
    private const long PatienceNanoseconds = 30 * VirtualTime.NanosecondsPerSecond;

    private readonly SortedDictionary<ulong, ulong> _connectionByFlow = [];
    private readonly Dictionary<ulong, ulong> _flowByConnection = [];
    private readonly SortedDictionary<ulong, VirtualTime> _used = [];

    /// <summary>Their number, finished ones not counted.</summary>
    public int Count => _used.Count;

    public bool IsAwaited(VirtualTime now)
    {
        foreach (VirtualTime used in _used.Values)
        {
            if (now.Since(used) < PatienceNanoseconds) return true;
        }

        return false;
    }

    public bool IsWelcome(VirtualTime now, TcpConnection connection)
    {
        if (policy.Translate(NatProtocol.Tcp, connection.Local) is not { } target) return false;
        _used[connection.Id] = now;
        outside.Request(now, new OutsideMessage(OutsideMessageKind.OpenStream, connection.Id) { Endpoint = target });
        return true;
    }

    /// <summary>Somebody came in from outside, and the guest is asked.</summary>
    public void Accept(VirtualTime now, ulong flow, TcpConnection connection)
    {
        _connectionByFlow[flow] = connection.Id;
        _flowByConnection[connection.Id] = flow;
        _used[connection.Id] = now;
    }

    public void Established(VirtualTime now, TcpConnection connection) =>
        Request(now, OutsideMessageKind.Allow, connection, connection.FreeBytes);

    public void Received(VirtualTime now, TcpConnection connection, ReadOnlySpan<byte> content)
    {
        _used[connection.Id] = now;
        outside.Request(now, new OutsideMessage(OutsideMessageKind.SendStream, FlowOf(connection.Id))
        {
            Content = content.ToArray(),
        });
    }

    public void Acknowledged(VirtualTime now, TcpConnection connection, int count)
    {
        _used[connection.Id] = now;
        Request(now, OutsideMessageKind.Allow, connection, count);
    }

    public void Finished(VirtualTime now, TcpConnection connection) =>
        Request(now, OutsideMessageKind.FinishStream, connection, 0);

    public void Broken(VirtualTime now, TcpConnection connection)
    {
        Request(now, OutsideMessageKind.Close, connection, 0);
        Forget(connection.Id);
    }

    /// <summary>Something has come for a stream; what is for one that is no more goes nowhere.</summary>
    public void Receive(VirtualTime now, OutsideMessage message, TcpEndpoint tcp)
    {
        ulong id = _connectionByFlow.GetValueOrDefault(message.Flow, message.Flow);
        if (!_used.ContainsKey(id) || tcp.Find(id) is not { } connection) return;
        _used[id] = now;
        switch (message.Kind)
        {
            case OutsideMessageKind.Opened:
                connection.Answer(now);
                break;
            case OutsideMessageKind.Received when message.Content.Length <= connection.FreeBytes:
                connection.Write(now, message.Content.Span);
                break;
            case OutsideMessageKind.Taken:
                connection.Consume(now, (int)Math.Clamp(message.Number, 0, int.MaxValue));
                break;
            case OutsideMessageKind.Finished:
                connection.Finish(now);
                break;
            default:
                // Refused, reset, or more than was allowed.
                connection.Reset(now);
                break;
        }

        tcp.Settle(connection);
        if (connection.Phase == TcpPhase.Closed) End(now, id);
    }

    /// <summary>Drops what is kept of streams that have ended.</summary>
    public void Expire(VirtualTime now, TcpEndpoint tcp)
    {
        foreach (ulong id in _used.Keys.ToArray())
        {
            if (tcp.Find(id) is null or { Phase: TcpPhase.Lingering }) End(now, id);
        }
    }

    public void Save(ref NatState state)
    {
        state.Arrivals = [.. _connectionByFlow.Select(
            pair => new NatState.Arrival { Flow = pair.Key, Connection = pair.Value })];
        state.Streams = [.. _used.Select(pair => new NatState.Stream { Connection = pair.Key, Used = pair.Value })];
    }

    public void Restore(in NatState state)
    {
        _connectionByFlow.Clear();
        _flowByConnection.Clear();
        _used.Clear();
        foreach (NatState.Arrival arrival in state.Arrivals)
        {
            _connectionByFlow[arrival.Flow] = arrival.Connection;
            _flowByConnection[arrival.Connection] = arrival.Flow;
        }

        foreach (NatState.Stream stream in state.Streams) _used[stream.Connection] = stream.Used;
    }

    private ulong FlowOf(ulong connection) => _flowByConnection.GetValueOrDefault(connection, connection);

    private void Request(VirtualTime now, OutsideMessageKind kind, TcpConnection connection, int number) =>
        outside.Request(now, new OutsideMessage(kind, FlowOf(connection.Id)) { Number = number });

    private void End(VirtualTime now, ulong id)
    {
        outside.Request(now, new OutsideMessage(OutsideMessageKind.Forget, FlowOf(id)));
        Forget(id);
    }

    private void Forget(ulong id)
    {
        _used.Remove(id);
        if (_flowByConnection.Remove(id, out ulong flow)) _connectionByFlow.Remove(flow);
    }
}
