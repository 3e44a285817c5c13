using System.Diagnostics;
using TestLab.Networks.Collections;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Transport;

/// <summary>One end of a TCP connection with a guest (RFC 9293, 6298, 5681, 6582), in virtual time.</summary>
/// <remarks>What it receives is in this file, what it sends in the other.</remarks>
internal sealed partial class TcpConnection
{
    /// <summary>Bytes of the peer that are not consumed yet: the widest window.</summary>
    public const int ReceiveLimitBytes = 256 << 10;

    /// <summary>Bytes for the peer that are not acknowledged yet.</summary>
    public const int SendLimitBytes = 256 << 10;

    /// <summary>Pieces that are kept when they come too early.</summary>
    public const int EarlyLimit = 64;

    private const byte OwnScale = 3;

    private readonly TcpEndpoint _endpoint;
    private readonly ByteRing _outgoing = new(SendLimitBytes);
    private readonly List<TcpState.Early> _early = [];
    private TcpState _state;

    public TcpConnection(TcpEndpoint endpoint, in TcpState state)
    {
        _endpoint = endpoint;
        _state = state with { Outgoing = [], Ahead = [] };
        _outgoing.Append(state.Outgoing);
        _early.AddRange(state.Ahead);
    }

    /// <summary>Never the same for two connections of an endpoint.</summary>
    public ulong Id => _state.Id;

    public Ipv4Endpoint Local => Ipv4Endpoint.FromKey(_state.Local);

    public Ipv4Endpoint Peer => Ipv4Endpoint.FromKey(_state.Peer);

    public TcpPhase Phase => _state.Phase;

    /// <summary>When something is to be done if nothing comes.</summary>
    public VirtualTime Due => VirtualTime.Min(_state.RetransmissionDue, _state.LastHeard.After(_state.Phase switch
    {
        TcpPhase.Lingering => LingerNanoseconds,
        _ => SilenceNanoseconds,
    }));

    /// <param name="start">Our first sequence number.</param>
    /// <param name="expected">The peer's next one, if it is known.</param>
    public static TcpState Initial(
        ulong id, Ipv4Endpoint local, Ipv4Endpoint peer, TcpPhase phase, uint start, uint expected, uint window,
        VirtualTime now) => new()
        {
            Id = id,
            Local = local.Key,
            Peer = peer.Key,
            Phase = phase,
            Unacknowledged = start,
            Next = start + 1,
            Highest = start + 1,
            BufferStart = start + 1,
            Expected = expected,
            PeerWindow = window,
            MaximumSegment = TcpPacket.DefaultMaximumSegment,
            RetransmissionDue = VirtualTime.Never,
            LastHeard = now,
            TimeoutNanoseconds = InitialTimeoutNanoseconds,
            SlowStartThreshold = CongestionLimitBytes,
        };

    /// <summary>Takes what the peer's first segment says of itself.</summary>
    public void Invite(in TcpPacket segment) => TakeOptions(segment);

    public TcpState Save() => _state with { Outgoing = _outgoing.ToArray(), Ahead = [.. _early] };

    /// <summary>The user is done with so many bytes that it received.</summary>
    public void Consume(VirtualTime now, int count)
    {
        _state.Unconsumed -= Math.Min(count, _state.Unconsumed);
        // The peer is told when it is worth its while: not byte by byte.
        int opened = (int)(_state.Expected + (uint)Window - _state.WindowEdge);
        if (_state.Phase == TcpPhase.Established && !_state.PeerFinished
            && opened >= Math.Min(ReceiveLimitBytes / 2, 2 * _state.MaximumSegment)) SendAcknowledgment(now);
    }

    /// <summary>A segment has come for the connection.</summary>
    public void Receive(VirtualTime now, in TcpPacket segment)
    {
        _state.LastHeard = now;
        switch (_state.Phase)
        {
            case TcpPhase.Asking:
                ReceiveAnswer(now, segment);
                break;
            case TcpPhase.Asked:
                // The peer may give up, or ask again before there is an answer.
                if ((segment.Flags & TcpFlags.Reset) != 0) Break(now);
                break;
            case TcpPhase.Closed:
                break;
            default:
                ReceiveSynchronized(now, segment);
                break;
        }
    }

    private int Window => Math.Min(
        ReceiveLimitBytes - _state.Unconsumed, _state.IsScaled ? ushort.MaxValue << OwnScale : ushort.MaxValue);

    private void ReceiveAnswer(VirtualTime now, in TcpPacket segment)
    {
        bool isForUs = (segment.Flags & TcpFlags.Acknowledge) != 0 && segment.Acknowledgment == _state.Next;
        if (!isForUs) return;
        if ((segment.Flags & TcpFlags.Reset) != 0)
        {
            Break(now);
            return;
        }

        if ((segment.Flags & TcpFlags.Synchronize) == 0) return;
        TakeOptions(segment);
        _state.Expected = segment.Sequence + 1;
        _state.WindowEdge = _state.Expected;
        _state.Unacknowledged = segment.Acknowledgment;
        _state.PeerWindow = segment.Window;
        Establish(now);
        SendAcknowledgment(now);
        Transmit(now);
    }

    private void TakeOptions(in TcpPacket segment)
    {
        segment.ReadOptions(out ushort maximumSegment, out byte? scale);
        int limit = _endpoint.PayloadBytes - TcpPacket.HeaderBytes;
        _state.MaximumSegment = (ushort)Math.Clamp(maximumSegment, SmallestSegmentBytes, limit);
        _state.IsScaled = scale is not null;
        _state.PeerScale = scale ?? 0;
        _state.CongestionWindow = InitialSegments * _state.MaximumSegment;
    }

    private void Establish(VirtualTime now)
    {
        _state.Phase = TcpPhase.Established;
        _state.Retries = 0;
        _state.RetransmissionDue = VirtualTime.Never;
        _endpoint.User.Established(now, this);
    }

    private void ReceiveSynchronized(VirtualTime now, in TcpPacket segment)
    {
        uint sequence = segment.Sequence;
        if ((segment.Flags & TcpFlags.Reset) != 0)
        {
            // Exactly the next byte: a forged one must guess it (RFC 5961).
            if (sequence == _state.Expected) Break(now);
            return;
        }

        if ((segment.Flags & TcpFlags.Synchronize) != 0)
        {
            if (_state.Phase == TcpPhase.Answered && sequence + 1 == _state.Expected) SendAnswer(now);
            else SendAcknowledgment(now);
            return;
        }

        if ((segment.Flags & TcpFlags.Acknowledge) == 0) return;
        int length = segment.Payload.Length + ((segment.Flags & TcpFlags.Finish) != 0 ? 1 : 0);
        bool isOld = length > 0 && !TcpSequence.IsAfter(sequence + (uint)length, _state.Expected);
        bool isBeyond = TcpSequence.IsAfter(sequence, _state.Expected + (uint)Window);
        if (isBeyond)
        {
            SendAcknowledgment(now);
            return;
        }

        ReceiveAcknowledgment(now, segment, length);
        if (_state.Phase is TcpPhase.Closed) return;
        if (isOld || _state.Phase == TcpPhase.Lingering) SendAcknowledgment(now);
        else if (length > 0) ReceiveContent(now, segment);
        Complete(now);
    }

    private void ReceiveContent(VirtualTime now, in TcpPacket segment)
    {
        if (_state.PeerFinished)
        {
            SendAcknowledgment(now);
            return;
        }

        ReadOnlySpan<byte> content = segment.Payload;
        uint sequence = segment.Sequence;
        int known = (int)(_state.Expected - sequence);
        if (known > 0)
        {
            content = content[Math.Min(known, content.Length)..];
            sequence = _state.Expected;
        }

        int room = Window - (int)(sequence - _state.Expected);
        bool isCut = content.Length > room;
        if (isCut) content = content[..Math.Max(room, 0)];
        if (sequence == _state.Expected)
        {
            Deliver(now, content);
            DeliverEarly(now);
        }
        else
        {
            Keep(sequence, content);
        }

        uint end = segment.Sequence + (uint)segment.Payload.Length;
        if (_state.Phase == TcpPhase.Closed) return;
        if ((segment.Flags & TcpFlags.Finish) != 0 && !isCut && end == _state.Expected) FinishPeer(now);
        if (_state.Phase != TcpPhase.Closed) SendAcknowledgment(now);
    }

    private void FinishPeer(VirtualTime now)
    {
        _state.Expected++;
        _state.PeerFinished = true;
        _early.Clear();
        _endpoint.User.Finished(now, this);
    }

    private void Deliver(VirtualTime now, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return;
        _state.Expected += (uint)content.Length;
        _state.Unconsumed += content.Length;
        _endpoint.User.Received(now, this, content);
    }

    private void DeliverEarly(VirtualTime now)
    {
        while (_state.Phase != TcpPhase.Closed && _early.Count > 0 && !TcpSequence.IsAfter(_early[0].Sequence, _state.Expected))
        {
            TcpState.Early first = _early[0];
            _early.RemoveAt(0);
            int known = (int)(_state.Expected - first.Sequence);
            if (known >= first.Content.Length) continue;
            int length = Math.Min(first.Content.Length - known, Window);
            Deliver(now, first.Content.AsSpan(known, length));
        }
    }

    private void Keep(uint sequence, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || _early.Count == EarlyLimit) return;
        int keptBytes = content.Length;
        foreach (TcpState.Early early in _early) keptBytes += early.Content.Length;
        if (keptBytes > ReceiveLimitBytes) return;
        int index = _early.FindIndex(early => !TcpSequence.IsBefore(early.Sequence, sequence));
        if (index < 0) index = _early.Count;
        bool isKnown = index < _early.Count && _early[index].Sequence == sequence
            && _early[index].Content.Length >= content.Length;
        if (!isKnown) _early.Insert(index, new TcpState.Early { Sequence = sequence, Content = content.ToArray() });
    }

    private void Complete(VirtualTime now)
    {
        if (_state.Phase != TcpPhase.Established || !_state.FinishAcknowledged || !_state.PeerFinished) return;
        _state.RetransmissionDue = VirtualTime.Never;
        _state.Phase = TcpPhase.Lingering;
        _state.LastHeard = now;
    }

    private void Break(VirtualTime now)
    {
        bool isLate = _state.Phase == TcpPhase.Lingering;
        _state.Phase = TcpPhase.Closed;
        if (!isLate) _endpoint.User.Broken(now, this);
    }
}
