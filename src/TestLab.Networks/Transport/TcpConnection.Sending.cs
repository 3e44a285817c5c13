using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Transport;

/// <summary>What a connection sends: when, how much, and what it does when no answer comes.</summary>
internal sealed partial class TcpConnection
{
    private const int SmallestSegmentBytes = 64;

    /// <summary>Segments under way before the first acknowledgment (RFC 6928).</summary>
    private const int InitialSegments = 10;

    private const int CongestionLimitBytes = 1 << 20;
    private const int DuplicateLimit = 3;
    private const int RetryLimit = 12;
    private const long MillisecondNanoseconds = 1_000_000;
    private const long InitialTimeoutNanoseconds = 1_000 * MillisecondNanoseconds;
    private const long ShortestTimeoutNanoseconds = 200 * MillisecondNanoseconds;
    private const long LongestTimeoutNanoseconds = 60_000 * MillisecondNanoseconds;

    /// <summary>How long the end of a finished connection answers late copies.</summary>
    private const long LingerNanoseconds = 10_000 * MillisecondNanoseconds;

    /// <summary>How long a connection may be silent (RFC 5382: at least 2 hours and 4 minutes).</summary>
    private const long SilenceNanoseconds = 7_500_000 * MillisecondNanoseconds;

    /// <summary>Bytes that may still be handed over.</summary>
    public int FreeBytes => _outgoing.FreeBytes;

    /// <summary>Answers the peer that asked: the connection is wanted.</summary>
    public void Answer(VirtualTime now)
    {
        if (_state.Phase != TcpPhase.Asked) return;
        _state.Phase = TcpPhase.Answered;
        SendAnswer(now);
    }

    /// <summary>Asks the peer for a connection.</summary>
    public void Ask(VirtualTime now)
    {
        SendFirst(TcpFlags.Synchronize, now);
        StartTimer(now);
    }

    /// <summary>Hands bytes over, no more than are free.</summary>
    public void Write(VirtualTime now, ReadOnlySpan<byte> content)
    {
        if (_state.FinishQueued || _state.Phase is TcpPhase.Closed or TcpPhase.Lingering) return;
        _outgoing.Append(content);
        Transmit(now);
    }

    /// <summary>There is no more to come from here; what was handed over is still delivered.</summary>
    public void Finish(VirtualTime now)
    {
        if (_state.FinishQueued || _state.Phase is TcpPhase.Closed or TcpPhase.Lingering) return;
        _state.FinishQueued = true;
        Transmit(now);
    }

    /// <summary>Ends the connection at once and tells the peer.</summary>
    public void Reset(VirtualTime now)
    {
        if (_state.Phase == TcpPhase.Closed) return;
        if (_state.Phase != TcpPhase.Asking)
            _endpoint.Send(now, this, TcpFlags.Reset | TcpFlags.Acknowledge, _state.Next, _state.Expected, 0, []);
        _state.Phase = TcpPhase.Closed;
    }

    /// <summary>The time has come that <see cref="Due"/> named.</summary>
    public void Expire(VirtualTime now)
    {
        if (_state.RetransmissionDue > now)
        {
            if (_state.Phase == TcpPhase.Lingering) _state.Phase = TcpPhase.Closed;
            else GiveUp(now);
            return;
        }

        if (++_state.Retries > RetryLimit)
        {
            GiveUp(now);
            return;
        }

        _state.TimeoutNanoseconds = Math.Min(2 * _state.TimeoutNanoseconds, LongestTimeoutNanoseconds);
        _state.IsTiming = false;
        if (_state.Phase == TcpPhase.Asking) SendFirst(TcpFlags.Synchronize, now);
        else if (_state.Phase == TcpPhase.Answered) SendAnswer(now);
        else Retransmit(now);
        StartTimer(now);
    }

    private uint BufferEnd => _state.BufferStart + (uint)_outgoing.Length;

    private int FlightBytes => (int)(_state.Highest - _state.Unacknowledged);

    private void GiveUp(VirtualTime now)
    {
        Reset(now);
        _endpoint.User.Broken(now, this);
    }

    private void SendAnswer(VirtualTime now)
    {
        SendFirst(TcpFlags.Synchronize | TcpFlags.Acknowledge, now);
        StartTimer(now);
    }

    private void SendFirst(TcpFlags flags, VirtualTime now)
    {
        byte? scale = flags == TcpFlags.Synchronize || _state.IsScaled ? OwnScale : null;
        _state.WindowEdge = _state.Expected + (uint)Math.Min(Window, ushort.MaxValue);
        _endpoint.SendFirst(now, this, flags, _state.Unacknowledged, _state.Expected, scale);
    }

    private void SendAcknowledgment(VirtualTime now) => SendSegment(now, TcpFlags.Acknowledge, _state.Next, []);

    private void SendSegment(VirtualTime now, TcpFlags flags, uint sequence, ReadOnlySpan<byte> content)
    {
        int shift = _state.IsScaled ? OwnScale : 0;
        int window = Window >> shift;
        _state.WindowEdge = _state.Expected + (uint)(window << shift);
        _endpoint.Send(now, this, flags, sequence, _state.Expected, (ushort)window, content);
    }

    /// <summary>Sends what the windows of peer and path allow.</summary>
    private void Transmit(VirtualTime now)
    {
        if (_state.Phase != TcpPhase.Established) return;
        while (SendNext(now, (int)Math.Min(_state.PeerWindow, (uint)_state.CongestionWindow)))
        {
        }

        bool waits = FlightBytes > 0 || BufferEnd != _state.Next || _state.FinishQueued && !_state.FinishAcknowledged;
        if (!waits) _state.RetransmissionDue = VirtualTime.Never;
        else if (_state.RetransmissionDue == VirtualTime.Never) StartTimer(now);
    }

    /// <summary>Sends one segment from where sending stands, if it fits in the window and is worth sending.</summary>
    private bool SendNext(VirtualTime now, int windowBytes)
    {
        int offset = (int)(_state.Next - _state.BufferStart);
        int remaining = _outgoing.Length - offset;
        if (remaining < 0) return false;
        int usable = windowBytes - (int)(_state.Next - _state.Unacknowledged);
        int length = Math.Min(Math.Min(remaining, _state.MaximumSegment), Math.Max(usable, 0));
        bool isFinish = _state.FinishQueued && length == remaining;
        if (length == 0 && !isFinish) return false;
        // A window that opens in crumbs is not filled with crumbs.
        if (length < remaining && length < _state.MaximumSegment && _state.Next != _state.Unacknowledged) return false;
        SendFromBuffer(now, _state.Next, length, isFinish);
        _state.Next += (uint)length + (isFinish ? 1u : 0);
        if (!_state.IsTiming && TcpSequence.IsAfter(_state.Next, _state.Highest))
            (_state.IsTiming, _state.TimedSequence, _state.TimedSince) = (true, _state.Next, now);
        if (TcpSequence.IsAfter(_state.Next, _state.Highest)) _state.Highest = _state.Next;
        return true;
    }

    private void SendFromBuffer(VirtualTime now, uint sequence, int length, bool isFinish)
    {
        Span<byte> content = _endpoint.Scratch[..length];
        int offset = (int)(sequence - _state.BufferStart);
        _outgoing.CopyTo(offset, content);
        bool isLast = offset + length == _outgoing.Length;
        TcpFlags flags = TcpFlags.Acknowledge | (isLast && length > 0 ? TcpFlags.Push : TcpFlags.None)
            | (isFinish ? TcpFlags.Finish : TcpFlags.None);
        SendSegment(now, flags, sequence, content);
    }

    /// <summary>No answer came: sends the oldest again, or looks whether the closed window is still closed.</summary>
    private void Retransmit(VirtualTime now)
    {
        if (FlightBytes > 0)
        {
            _state.SlowStartThreshold = Math.Max(FlightBytes / 2, 2 * _state.MaximumSegment);
            _state.CongestionWindow = _state.MaximumSegment;
        }

        (_state.IsRecovering, _state.Duplicates) = (false, 0);
        _state.Next = _state.Unacknowledged;
        int window = (int)Math.Max(Math.Min(_state.PeerWindow, (uint)_state.CongestionWindow), 1);
        SendNext(now, window);
    }

    private void StartTimer(VirtualTime now)
    {
        _state.RetransmissionDue = now.After(_state.TimeoutNanoseconds);
        _endpoint.Schedule(_state.RetransmissionDue);
    }

    private void ReceiveAcknowledgment(VirtualTime now, in TcpPacket segment, int length)
    {
        uint acknowledgment = segment.Acknowledgment;
        if (TcpSequence.IsAfter(acknowledgment, HighestWithAnswer)) return;
        uint window = (uint)segment.Window << _state.PeerScale;
        if (_state.Phase == TcpPhase.Answered)
        {
            if (acknowledgment != _state.Next) return;
            (_state.Unacknowledged, _state.PeerWindow) = (acknowledgment, window);
            Establish(now);
            Transmit(now);
            return;
        }

        if (TcpSequence.IsAfter(acknowledgment, _state.Unacknowledged))
        {
            _state.PeerWindow = window;
            Advance(now, acknowledgment);
        }
        else if (acknowledgment == _state.Unacknowledged)
        {
            bool isDuplicate = length == 0 && window == _state.PeerWindow && FlightBytes > 0;
            _state.PeerWindow = window;
            _state.Retries = 0;
            if (isDuplicate) CountDuplicate(now);
        }

        Transmit(now);
    }

    private uint HighestWithAnswer => _state.Phase == TcpPhase.Answered ? _state.Next : _state.Highest;

    private void Advance(VirtualTime now, uint acknowledgment)
    {
        int bytes = (int)(acknowledgment - _state.Unacknowledged);
        int content = Math.Min((int)(acknowledgment - _state.BufferStart), _outgoing.Length);
        bool isFinish = _state.FinishQueued && acknowledgment == BufferEnd + 1;
        _outgoing.Skip(content);
        _state.BufferStart += (uint)content;
        _state.Unacknowledged = acknowledgment;
        if (TcpSequence.IsBefore(_state.Next, acknowledgment)) _state.Next = acknowledgment;
        _state.FinishAcknowledged |= isFinish;
        _state.Retries = 0;
        Measure(now, acknowledgment);
        Grow(now, acknowledgment, bytes);
        if (FlightBytes > 0) StartTimer(now);
        else _state.RetransmissionDue = VirtualTime.Never;
        if (content > 0) _endpoint.User.Acknowledged(now, this, content);
    }

    /// <summary>The timeout follows the round trips (RFC 6298), in integers.</summary>
    private void Measure(VirtualTime now, uint acknowledgment)
    {
        if (!_state.IsTiming || TcpSequence.IsBefore(acknowledgment, _state.TimedSequence)) return;
        _state.IsTiming = false;
        long sample = now.Since(_state.TimedSince);
        if (_state.RoundTripNanoseconds == 0)
        {
            _state.RoundTripNanoseconds = sample;
            _state.VariationNanoseconds = sample / 2;
        }
        else
        {
            long error = Math.Abs(_state.RoundTripNanoseconds - sample);
            _state.VariationNanoseconds += (error - _state.VariationNanoseconds) / 4;
            _state.RoundTripNanoseconds += (sample - _state.RoundTripNanoseconds) / 8;
        }

        _state.TimeoutNanoseconds = Math.Clamp(
            _state.RoundTripNanoseconds + 4 * _state.VariationNanoseconds, ShortestTimeoutNanoseconds, LongestTimeoutNanoseconds);
    }

    private void Grow(VirtualTime now, uint acknowledgment, int bytes)
    {
        int segment = _state.MaximumSegment;
        if (_state.IsRecovering)
        {
            if (!TcpSequence.IsBefore(acknowledgment, _state.RecoveryEnd))
            {
                (_state.IsRecovering, _state.Duplicates) = (false, 0);
                _state.CongestionWindow = _state.SlowStartThreshold;
                return;
            }

            // More than one was lost: the next hole is at the new beginning (RFC 6582).
            SendOldest(now);
            _state.CongestionWindow = Math.Max(_state.CongestionWindow - bytes + segment, segment);
            return;
        }

        _state.Duplicates = 0;
        int growth = _state.CongestionWindow < _state.SlowStartThreshold
            ? Math.Min(bytes, segment)
            : Math.Max(1, (int)((long)segment * segment / _state.CongestionWindow));
        _state.CongestionWindow = Math.Min(_state.CongestionWindow + growth, CongestionLimitBytes);
    }

    private void CountDuplicate(VirtualTime now)
    {
        int segment = _state.MaximumSegment;
        _state.Duplicates = Math.Min(_state.Duplicates + 1, int.MaxValue - 1);
        if (_state.IsRecovering)
        {
            _state.CongestionWindow = Math.Min(_state.CongestionWindow + segment, CongestionLimitBytes);
        }
        else if (_state.Duplicates == DuplicateLimit)
        {
            _state.SlowStartThreshold = Math.Max(FlightBytes / 2, 2 * segment);
            (_state.IsRecovering, _state.RecoveryEnd, _state.IsTiming) = (true, _state.Highest, false);
            SendOldest(now);
            _state.CongestionWindow = _state.SlowStartThreshold + DuplicateLimit * segment;
        }
    }

    private void SendOldest(VirtualTime now)
    {
        // What has been sent before, and no more.
        int length = Math.Min(Math.Min(_outgoing.Length, _state.MaximumSegment), FlightBytes);
        SendFromBuffer(now, _state.Unacknowledged, length, FlightBytes > length && length == _outgoing.Length);
    }
}
