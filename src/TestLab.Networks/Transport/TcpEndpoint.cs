using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Transport;

/// <summary>The TCP of a host of the lab's own: its connections, up to a limit, and who speaks through them.</summary>
internal sealed class TcpEndpoint : ISnapshotable<TcpEndpointState>
{
    public const int LargestConnectionLimit = 65_536;

    private readonly Ipv4Interface _interface;
    private readonly RandomStream _sequences;
    private readonly int _connectionLimit;
    private readonly EventTimer _timer;
    private readonly SortedDictionary<ulong, TcpConnection> _connections = [];
    private readonly Dictionary<(ulong Local, ulong Peer), TcpConnection> _byEnds = [];
    private readonly byte[] _segment = new byte[Ipv4Packet.LimitBytes];
    private readonly byte[] _scratch = new byte[Ipv4Packet.LimitBytes];
    private ulong _nextId = 1;

    /// <param name="sequences">Where connections start to count: known by seed and number.</param>
    public TcpEndpoint(
        EventQueue events, string name, Ipv4Interface carrier, ITcpUser user, RandomStream sequences, int connectionLimit)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(connectionLimit, LargestConnectionLimit);
        (_interface, User, _sequences, _connectionLimit) = (carrier, user, sequences, connectionLimit);
        _timer = events.CreateTimer($"{name} tcp", Expire);
    }

    public ITcpUser User { get; }

    public int Count => _connections.Count;

    /// <summary>Connections refused since there were too many.</summary>
    public ulong Refused { get; private set; }

    /// <summary>The largest segment, header included, that goes in one packet.</summary>
    public int PayloadBytes => _interface.PayloadBytes;

    internal Span<byte> Scratch => _scratch;

    public TcpConnection? Find(ulong id) => _connections.GetValueOrDefault(id);

    /// <summary>Takes a packet for one of the connections, or one that asks for a new one.</summary>
    public void Receive(VirtualTime now, in Ipv4Packet packet)
    {
        if (!TcpPacket.TryParse(packet, out TcpPacket segment)) return;
        var local = new Ipv4Endpoint(packet.Destination, segment.DestinationPort);
        var peer = new Ipv4Endpoint(packet.Source, segment.SourcePort);
        bool asks = (segment.Flags & (TcpFlags.Synchronize | TcpFlags.Acknowledge | TcpFlags.Reset)) == TcpFlags.Synchronize;
        if (_byEnds.TryGetValue((local.Key, peer.Key), out TcpConnection? connection))
        {
            if (connection.Phase != TcpPhase.Lingering || !asks)
            {
                connection.Receive(now, segment);
                Settle(connection);
                return;
            }

            // The peer uses its port again: the old connection has lingered long enough.
            Remove(connection);
        }

        if (asks) Welcome(now, local, peer, segment);
        else if ((segment.Flags & TcpFlags.Reset) == 0) Refuse(now, local, peer, segment);
    }

    /// <summary>Asks a peer for a connection.</summary>
    /// <returns>Null where there are too many, or the two ends have one already.</returns>
    public TcpConnection? Open(VirtualTime now, Ipv4Endpoint local, Ipv4Endpoint peer)
    {
        if (!HasRoom() || _byEnds.ContainsKey((local.Key, peer.Key))) return null;
        TcpConnection connection = Add(now, local, peer, TcpPhase.Asking, expected: 0, window: 0);
        connection.Ask(now);
        return connection;
    }

    /// <summary>Looks whether a connection has ended; called after whatever may end it.</summary>
    public void Settle(TcpConnection connection)
    {
        if (connection.Phase == TcpPhase.Closed) Remove(connection);
        else Schedule(connection.Due);
    }

    public TcpEndpointState Save() => new()
    {
        NextId = _nextId,
        Connections = [.. _connections.Values.Select(connection => connection.Save())],
    };

    public void Restore(in TcpEndpointState state)
    {
        _connections.Clear();
        _byEnds.Clear();
        _nextId = state.NextId;
        VirtualTime due = VirtualTime.Never;
        foreach (TcpState stored in state.Connections)
        {
            var connection = new TcpConnection(this, stored);
            _connections[connection.Id] = connection;
            _byEnds[(stored.Local, stored.Peer)] = connection;
            due = VirtualTime.Min(due, connection.Due);
        }

        _timer.Arm(due);
    }

    /// <summary>
    /// Something is due then. The timer may be early, and then finds nothing to do; it is never late.
    /// </summary>
    internal void Schedule(VirtualTime due)
    {
        if (due < _timer.Due) _timer.Arm(due);
    }

    internal void SendFirst(
        VirtualTime now, TcpConnection connection, TcpFlags flags, uint sequence, uint acknowledgment, byte? scale)
    {
        Span<byte> segment = _segment.AsSpan(0, TcpPacket.SynchronizeHeaderBytes);
        TcpPacket.WriteOptions(segment, (ushort)(PayloadBytes - TcpPacket.HeaderBytes), scale);
        Send(now, connection.Local, connection.Peer, segment, segment.Length, flags, sequence, acknowledgment, ushort.MaxValue);
    }

    internal void Send(
        VirtualTime now, TcpConnection connection, TcpFlags flags, uint sequence, uint acknowledgment, ushort window,
        ReadOnlySpan<byte> content)
    {
        Span<byte> segment = _segment.AsSpan(0, TcpPacket.HeaderBytes + content.Length);
        content.CopyTo(segment[TcpPacket.HeaderBytes..]);
        Send(now, connection.Local, connection.Peer, segment, TcpPacket.HeaderBytes, flags, sequence, acknowledgment, window);
    }

    private void Welcome(VirtualTime now, Ipv4Endpoint local, Ipv4Endpoint peer, in TcpPacket segment)
    {
        if (!HasRoom())
        {
            Refused++;
            Refuse(now, local, peer, segment);
            return;
        }

        TcpConnection connection = Add(now, local, peer, TcpPhase.Asked, segment.Sequence + 1, segment.Window);
        connection.Invite(segment);
        if (!User.IsWelcome(now, connection))
        {
            Remove(connection);
            Refuse(now, local, peer, segment);
            return;
        }

        Settle(connection);
    }

    private TcpConnection Add(
        VirtualTime now, Ipv4Endpoint local, Ipv4Endpoint peer, TcpPhase phase, uint expected, uint window)
    {
        ulong id = _nextId++;
        uint start = (uint)_sequences.At(id);
        var connection = new TcpConnection(this, TcpConnection.Initial(id, local, peer, phase, start, expected, window, now));
        _connections.Add(id, connection);
        _byEnds.Add((local.Key, peer.Key), connection);
        Schedule(connection.Due);
        return connection;
    }

    private bool HasRoom()
    {
        if (_connections.Count < _connectionLimit) return true;
        foreach (TcpConnection connection in _connections.Values)
        {
            if (connection.Phase != TcpPhase.Lingering) continue;
            Remove(connection);
            return true;
        }

        return false;
    }

    private void Remove(TcpConnection connection)
    {
        _connections.Remove(connection.Id);
        _byEnds.Remove((connection.Local.Key, connection.Peer.Key));
    }

    /// <summary>Nobody is there (RFC 9293, 3.5.2).</summary>
    private void Refuse(VirtualTime now, Ipv4Endpoint local, Ipv4Endpoint peer, in TcpPacket asked)
    {
        Span<byte> segment = _segment.AsSpan(0, TcpPacket.HeaderBytes);
        bool isAnswer = (asked.Flags & TcpFlags.Acknowledge) != 0;
        uint length = (uint)asked.Payload.Length + ((asked.Flags & TcpFlags.Synchronize) != 0 ? 1u : 0)
            + ((asked.Flags & TcpFlags.Finish) != 0 ? 1u : 0);
        TcpFlags flags = isAnswer ? TcpFlags.Reset : TcpFlags.Reset | TcpFlags.Acknowledge;
        Send(now, local, peer, segment, TcpPacket.HeaderBytes, flags, isAnswer ? asked.Acknowledgment : 0,
            isAnswer ? 0 : asked.Sequence + length, 0);
    }

    private void Send(
        VirtualTime now, Ipv4Endpoint local, Ipv4Endpoint peer, Span<byte> segment, int headerBytes, TcpFlags flags,
        uint sequence, uint acknowledgment, ushort window)
    {
        TcpPacket.WriteHeader(segment, headerBytes, local, peer, sequence, acknowledgment, flags, window);
        _interface.Send(now, IpProtocol.Tcp, local.Address, peer.Address, segment);
    }

    private void Expire(VirtualTime now)
    {
        foreach (TcpConnection connection in _connections.Values.Where(connection => connection.Due <= now).ToArray())
        {
            connection.Expire(now);
            if (connection.Phase == TcpPhase.Closed) Remove(connection);
        }

        VirtualTime due = VirtualTime.Never;
        foreach (TcpConnection connection in _connections.Values) due = VirtualTime.Min(due, connection.Due);
        _timer.Arm(due);
    }
}
