using TestLab.Networks.Collections;
using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>Conversations by datagrams and echoes: which guest each of them is of.</summary>
/// <remarks>They end by silence, or when their place is needed for a newer one.</remarks>
internal sealed class NatDatagrams(Ipv4Interface carrier, IOutside outside)
{
    public const int FlowLimit = 1_024;

    /// <summary>How long a guest waits for an answer before time may pass again without one.</summary>
    private const long PatienceNanoseconds = 5 * VirtualTime.NanosecondsPerSecond;

    /// <summary>A flow that is not used for so long is over (RFC 4787 asks for two minutes).</summary>
    private const long SilenceNanoseconds = 120 * VirtualTime.NanosecondsPerSecond;

    /// <summary>Numbers of streams are below, so that a flow has one meaning.</summary>
    private const ulong FlowBit = 1UL << 62;

    private readonly RecencyMap<ulong, NatState.Datagram> _flows = new(FlowLimit);
    private readonly Dictionary<(ulong Guest, ulong Remote), ulong> _byEnds = [];

    public ulong NextFlow { get; set; } = 1;

    public int Count => _flows.Count;

    public bool IsAwaited(VirtualTime now)
    {
        foreach ((_, NatState.Datagram flow) in _flows.OldestFirst())
        {
            if (flow.IsAwaited && now.Since(flow.Used) < PatienceNanoseconds) return true;
        }

        return false;
    }

    /// <summary>A guest sends a datagram.</summary>
    /// <param name="remote">The other end as the guest sees it.</param>
    /// <param name="target">The other end in truth.</param>
    public void Send(VirtualTime now, Ipv4Endpoint guest, Ipv4Endpoint remote, Ipv4Endpoint target, ReadOnlySpan<byte> content)
    {
        ulong flow = Use(now, guest.Key, remote.Key, isAwaited: true);
        outside.Request(now, new OutsideMessage(OutsideMessageKind.SendDatagram, flow)
        {
            Endpoint = target,
            Content = content.ToArray(),
        });
    }

    /// <summary>A guest answers a datagram that came from outside.</summary>
    /// <returns>False where none came.</returns>
    public bool Answer(VirtualTime now, Ipv4Endpoint guest, Ipv4Endpoint remote, ReadOnlySpan<byte> content)
    {
        bool isKnown = _byEnds.TryGetValue((guest.Key, remote.Key), out ulong flow);
        if (!isKnown || (flow & OutsideMessage.OutsideFlowBit) == 0) return false;
        Set(now, flow, guest.Key, remote.Key, isEcho: false, isAwaited: false);
        outside.Request(now, new OutsideMessage(OutsideMessageKind.SendDatagram, flow) { Content = content.ToArray() });
        return true;
    }

    public void SendEcho(VirtualTime now, Ipv4Address guest, Ipv4Address remote, uint rest, ReadOnlySpan<byte> content)
    {
        ulong flow = FlowBit | NextFlow++;
        Set(now, flow, new Ipv4Endpoint(guest, 0).Key, new Ipv4Endpoint(remote, 0).Key, isEcho: true, isAwaited: true);
        outside.Request(now, new OutsideMessage(OutsideMessageKind.SendEcho, flow)
        {
            Endpoint = new Ipv4Endpoint(remote, 0),
            Number = rest,
            Content = content.ToArray(),
        });
    }

    /// <summary>A datagram has come by a forward, the first of its sender.</summary>
    public void Accept(VirtualTime now, ulong flow, Ipv4Endpoint local, Ipv4Endpoint guest, ReadOnlySpan<byte> content)
    {
        Set(now, flow, guest.Key, local.Key, isEcho: false, isAwaited: false);
        carrier.SendUdp(now, local, guest, content);
    }

    /// <summary>Something has come for a flow.</summary>
    /// <returns>False where the flow is none of these.</returns>
    public bool Receive(VirtualTime now, OutsideMessage message)
    {
        if (!_flows.TryGet(message.Flow, out NatState.Datagram flow)) return false;
        Ipv4Endpoint guest = Ipv4Endpoint.FromKey(flow.Guest);
        Ipv4Endpoint remote = Ipv4Endpoint.FromKey(flow.Remote);
        if (flow.IsEcho)
        {
            Remove(message.Flow, flow);
            if (message.Kind == OutsideMessageKind.Echoed)
                carrier.SendEchoReply(now, remote.Address, guest.Address, (uint)message.Number, message.Content.Span);
        }
        else if (message.Kind == OutsideMessageKind.Received)
        {
            Set(now, message.Flow, flow.Guest, flow.Remote, isEcho: false, isAwaited: false);
            if (message.Content.Length <= UdpPacket.PayloadLimitBytes) carrier.SendUdp(now, remote, guest, message.Content.Span);
        }

        return true;
    }

    /// <summary>Ends the flows that have been silent for too long.</summary>
    public void Expire(VirtualTime now)
    {
        while (_flows.TryGetOldest(out ulong flow, out NatState.Datagram oldest) && now.Since(oldest.Used) > SilenceNanoseconds)
            Close(now, flow, oldest);
    }

    public bool IsTaken(Ipv4Endpoint guest, Ipv4Endpoint local) => _byEnds.ContainsKey((guest.Key, local.Key));

    public NatState.Datagram[] Save() => [.. _flows.OldestFirst().Select(entry => entry.Value)];

    public void Restore(NatState.Datagram[] flows)
    {
        _flows.Clear();
        _byEnds.Clear();
        foreach (NatState.Datagram flow in flows)
        {
            _flows.TrySet(flow.Flow, flow);
            if (!flow.IsEcho) _byEnds[(flow.Guest, flow.Remote)] = flow.Flow;
        }
    }

    private ulong Use(VirtualTime now, ulong guest, ulong remote, bool isAwaited)
    {
        if (!_byEnds.TryGetValue((guest, remote), out ulong flow)) flow = FlowBit | NextFlow++;
        Set(now, flow, guest, remote, isEcho: false, isAwaited);
        return flow;
    }

    private void Set(VirtualTime now, ulong flow, ulong guest, ulong remote, bool isEcho, bool isAwaited)
    {
        var value = new NatState.Datagram
        {
            Flow = flow,
            Guest = guest,
            Remote = remote,
            IsEcho = isEcho,
            IsAwaited = isAwaited,
            Used = now,
        };
        if (!_flows.TrySet(flow, value))
        {
            if (_flows.TryGetOldest(out ulong oldest, out NatState.Datagram old)) Close(now, oldest, old);
            _flows.TrySet(flow, value);
        }

        if (!isEcho) _byEnds[(guest, remote)] = flow;
    }

    private void Close(VirtualTime now, ulong number, in NatState.Datagram flow)
    {
        Remove(number, flow);
        outside.Request(now, new OutsideMessage(OutsideMessageKind.Close, number));
    }

    private void Remove(ulong number, in NatState.Datagram flow)
    {
        _flows.Remove(number);
        (ulong, ulong) ends = (flow.Guest, flow.Remote);
        if (!flow.IsEcho && _byEnds.GetValueOrDefault(ends) == number) _byEnds.Remove(ends);
    }
}
