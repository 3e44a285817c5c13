using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Networks.Transport;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Outside;

/// <summary>
/// The router of a segment that has an outside: guests reach the world through the host's own sockets.
/// </summary>
/// <remarks>
/// It is a process by itself, plugged into the segment as a machine is. It looks outside at moments that depend on the
/// run alone: every millisecond while a guest waits, ten times a second while a flow or a way in is open, else never.
/// </remarks>
public sealed class NatGateway : EventProcess, IPacketHandler
{
    /// <summary>How exactly the outside is stamped.</summary>
    private const long LookNanoseconds = 1_000_000;

    private const long IdleLookNanoseconds = 100_000_000;
    private const ushort ResolverPort = 53;
    private const ushort FirstPort = 32_768;
    private const int PortCount = 28_000;

    private readonly NatOptions _options;
    private readonly IOutside _outside;
    private readonly Ipv4Interface _interface;
    private readonly TcpEndpoint _tcp;
    private readonly NatPolicy _policy;
    private readonly NatStreams _streams;
    private readonly NatDatagrams _datagrams;
    private readonly EventTimer _look;
    private int _nextPort;

    public NatGateway(string name, NatOptions options, IOutside outside)
        : base(name)
    {
        (_options, _outside) = (options, outside);
        _interface = new Ipv4Interface(Events, "gateway", options.Interface, Jack, this);
        _policy = new NatPolicy(options);
        _streams = new NatStreams(_policy, outside);
        _datagrams = new NatDatagrams(_interface, outside);
        var sequences = new RandomStream(options.Seed, name, "tcp");
        _tcp = new TcpEndpoint(Events, "gateway", _interface, _streams, sequences, options.StreamLimit);
        _look = Events.CreateTimer("outside", Look);
        Input = AddInput("lan", _interface.Send);
        AddPart("interface", _interface);
        AddPart("tcp", _tcp);
        AddPart("nat", new Memory(this));
        if (options.Forwards.Count > 0) _look.Arm(new VirtualTime(LookNanoseconds));
    }

    /// <summary>Where the cable from the segment ends.</summary>
    public InputPort Input { get; }

    /// <summary>Where the cable to the segment begins.</summary>
    public NetworkJack Jack { get; } = new();

    public Ipv4Address Address => _interface.Address;

    /// <summary>Conversations at the moment.</summary>
    public int FlowCount => _streams.Count + _datagrams.Count;

    void IPacketHandler.Received(VirtualTime now, in Ipv4Packet packet)
    {
        if (!_interface.IsOwn(packet.Destination)) return;
        Forward(now, packet);
    }

    void IPacketHandler.InTransit(VirtualTime now, in Ipv4Packet packet)
    {
        if (packet.TimeToLive <= 1) _interface.SendError(now, IcmpPacket.TimeExceeded, 0, packet);
        else if (!_interface.Subnet.Contains(packet.Destination)) Forward(now, packet);
    }

    private void Forward(VirtualTime now, in Ipv4Packet packet)
    {
        switch (packet.Protocol)
        {
            case IpProtocol.Tcp:
                _tcp.Receive(now, packet);
                break;
            case IpProtocol.Udp:
                ForwardDatagram(now, packet);
                break;
            case IpProtocol.Icmp:
                ForwardEcho(now, packet);
                break;
            default:
                _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.ProtocolUnreachableCode, packet);
                break;
        }

        Watch(now);
    }

    private void ForwardDatagram(VirtualTime now, in Ipv4Packet packet)
    {
        if (!UdpPacket.TryParse(packet, out UdpPacket datagram)) return;
        var guest = new Ipv4Endpoint(packet.Source, datagram.SourcePort);
        var remote = new Ipv4Endpoint(packet.Destination, datagram.DestinationPort);
        bool isOwn = _interface.IsOwn(remote.Address);
        if (isOwn && _datagrams.Answer(now, guest, remote, datagram.Payload)) return;
        // No address at all stands for the host's own resolver.
        Ipv4Endpoint? target = isOwn && remote.Port == ResolverPort
            ? new Ipv4Endpoint(Ipv4Address.Any, ResolverPort)
            : _policy.Translate(NatProtocol.Udp, remote);
        if (target is { } endpoint) _datagrams.Send(now, guest, remote, endpoint, datagram.Payload);
        else if (isOwn) _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.PortUnreachableCode, packet);
        else _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.ProhibitedCode, packet);
    }

    private void ForwardEcho(VirtualTime now, in Ipv4Packet packet)
    {
        if (!IcmpPacket.TryParse(packet.Payload, out IcmpPacket message) || message.Type != IcmpPacket.EchoRequest) return;
        if (_policy.IsAllowed(packet.Destination))
            _datagrams.SendEcho(now, packet.Source, packet.Destination, message.Rest, message.Payload);
        else
            _interface.SendError(now, IcmpPacket.Unreachable, IcmpPacket.ProhibitedCode, packet);
    }

    /// <summary>Looks outside soon, if anything there concerns anybody here.</summary>
    private void Watch(VirtualTime now)
    {
        bool isAwaited = IsAwaited(now);
        if (!isAwaited && FlowCount == 0 && _options.Forwards.Count == 0)
        {
            _look.Disarm();
            return;
        }

        VirtualTime next = now.After(isAwaited ? LookNanoseconds : IdleLookNanoseconds);
        if (next < _look.Due) _look.Arm(next);
    }

    private bool IsAwaited(VirtualTime now) => _streams.IsAwaited(now) || _datagrams.IsAwaited(now);

    private void Look(VirtualTime now)
    {
        bool isAwaited = IsAwaited(now);
        while (_outside.TryReceive(now, isAwaited) is { } message) Receive(now, message);
        _streams.Expire(now, _tcp);
        _datagrams.Expire(now);
        Watch(now);
    }

    private void Receive(VirtualTime now, OutsideMessage message)
    {
        if (message.Kind == OutsideMessageKind.Accepted) Accept(now, message);
        else if (!_datagrams.Receive(now, message)) _streams.Receive(now, message, _tcp);
    }

    private void Accept(VirtualTime now, OutsideMessage message)
    {
        if (message.Number >= 0 && message.Number < _options.Forwards.Count)
        {
            NatForward forward = _options.Forwards[(int)message.Number];
            for (int attempt = 0; attempt < PortCount; attempt++)
            {
                var local = new Ipv4Endpoint(Address, (ushort)(FirstPort + _nextPort));
                _nextPort = (_nextPort + 1) % PortCount;
                if (forward.Protocol == NatProtocol.Tcp)
                {
                    if (_tcp.Open(now, local, forward.Guest) is not { } connection) continue;
                    _streams.Accept(now, message.Flow, connection);
                    return;
                }

                if (_datagrams.IsTaken(forward.Guest, local)) continue;
                _datagrams.Accept(now, message.Flow, local, forward.Guest, message.Content.Span);
                return;
            }
        }

        _outside.Request(now, new OutsideMessage(OutsideMessageKind.Close, message.Flow));
    }

    /// <summary>The state, whose record is nobody else's business.</summary>
    private sealed class Memory(NatGateway owner) : ISnapshotable<NatState>
    {
        public NatState Save()
        {
            var state = new NatState
            {
                NextFlow = owner._datagrams.NextFlow,
                NextPort = owner._nextPort,
                NextLook = owner._look.Due,
                Datagrams = owner._datagrams.Save(),
            };
            owner._streams.Save(ref state);
            return state;
        }

        public void Restore(in NatState state)
        {
            owner._datagrams.NextFlow = state.NextFlow;
            owner._nextPort = (int)((uint)state.NextPort % PortCount);
            owner._datagrams.Restore(state.Datagrams);
            owner._streams.Restore(state);
            owner._look.Arm(state.NextLook);
        }
    }
}
