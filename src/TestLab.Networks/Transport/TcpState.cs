using TestLab.Simulation;

namespace TestLab.Networks.Transport;

/// <summary>
/// One connection: what RFC 9293 calls its control block, what waits to be sent, what came too early.
/// </summary>
internal record struct TcpState : IState
{
    public ulong Id;
    public ulong Local;
    public ulong Peer;
    public TcpPhase Phase;

    // What we send.
    public uint Unacknowledged;
    public uint Next;
    public uint Highest;
    public uint BufferStart;
    public bool FinishQueued;
    public bool FinishAcknowledged;
    public uint PeerWindow;
    public byte PeerScale;
    public bool IsScaled;
    public ushort MaximumSegment;

    // What we receive.
    public uint Expected;
    public uint WindowEdge;
    public int Unconsumed;
    public bool PeerFinished;

    // Time and congestion.
    public VirtualTime RetransmissionDue;
    public VirtualTime LastHeard;
    public int Retries;
    public long RoundTripNanoseconds;
    public long VariationNanoseconds;
    public long TimeoutNanoseconds;
    public bool IsTiming;
    public uint TimedSequence;
    public VirtualTime TimedSince;
    public int CongestionWindow;
    public int SlowStartThreshold;
    public int Duplicates;
    public bool IsRecovering;
    public uint RecoveryEnd;

    private byte[]? _outgoing;
    private Early[]? _early;

    public byte[] Outgoing
    {
        readonly get => _outgoing ?? [];
        set => _outgoing = value;
    }

    public Early[] Ahead
    {
        readonly get => _early ?? [];
        set => _early = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref Id);
        transfer.UInt64(ref Local);
        transfer.UInt64(ref Peer);
        byte phase = (byte)Phase;
        transfer.Byte(ref phase);
        transfer.Require(phase <= (byte)TcpPhase.Closed, "a connection is in no phase");
        Phase = (TcpPhase)phase;
        transfer.UInt32(ref Unacknowledged);
        transfer.UInt32(ref Next);
        transfer.UInt32(ref Highest);
        transfer.UInt32(ref BufferStart);
        transfer.Boolean(ref FinishQueued);
        transfer.Boolean(ref FinishAcknowledged);
        transfer.UInt32(ref PeerWindow);
        transfer.Byte(ref PeerScale);
        transfer.Boolean(ref IsScaled);
        transfer.UInt16(ref MaximumSegment);
        transfer.UInt32(ref Expected);
        transfer.UInt32(ref WindowEdge);
        transfer.Count(ref Unconsumed, TcpConnection.ReceiveLimitBytes);
        transfer.Boolean(ref PeerFinished);
        TransferTimes(transfer);
        byte[] outgoing = Outgoing;
        transfer.Buffer(ref outgoing, TcpConnection.SendLimitBytes);
        Outgoing = outgoing;
        Early[] early = Ahead;
        transfer.List(ref early, TcpConnection.EarlyLimit);
        Ahead = early;
    }

    private void TransferTimes(StateTransfer transfer)
    {
        transfer.Time(ref RetransmissionDue);
        transfer.Time(ref LastHeard);
        transfer.Int32(ref Retries);
        transfer.Int64(ref RoundTripNanoseconds);
        transfer.Int64(ref VariationNanoseconds);
        transfer.Int64(ref TimeoutNanoseconds);
        transfer.Boolean(ref IsTiming);
        transfer.UInt32(ref TimedSequence);
        transfer.Time(ref TimedSince);
        transfer.Int32(ref CongestionWindow);
        transfer.Int32(ref SlowStartThreshold);
        transfer.Int32(ref Duplicates);
        transfer.Boolean(ref IsRecovering);
        transfer.UInt32(ref RecoveryEnd);
    }

    /// <summary>Bytes that came before those in front of them.</summary>
    public record struct Early : IState
    {
        public uint Sequence;
        private byte[]? _content;

        public byte[] Content
        {
            readonly get => _content ?? [];
            set => _content = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt32(ref Sequence);
            byte[] content = Content;
            transfer.Buffer(ref content, TcpConnection.ReceiveLimitBytes);
            Content = content;
        }
    }
}
