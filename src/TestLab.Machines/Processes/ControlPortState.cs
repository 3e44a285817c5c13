using TestLab.Simulation;

namespace TestLab.Machines.Processes;

/// <summary>What a machine's control port has for state: credits, and console output that has not been sent.</summary>
public record struct ControlPortState : IState
{
    /// <summary>When the console output is sent at the latest.</summary>
    public VirtualTime FlushDue;

    /// <summary>When its first byte was written.</summary>
    public VirtualTime LineStart;

    private byte[]? _line;
    private StreamState[]? _streams;

    public byte[] Line
    {
        readonly get => _line ?? [];
        set => _line = value;
    }

    public StreamState[] Streams
    {
        readonly get => _streams ?? [];
        set => _streams = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Time(ref FlushDue);
        transfer.Time(ref LineStart);
        byte[] line = Line;
        transfer.Buffer(ref line, ControlPort.LineLimitBytes);
        Line = line;
        foreach (ref StreamState stream in Streams.AsSpan()) stream.Transfer(transfer);
    }

    /// <summary>One stream.</summary>
    public record struct StreamState : IState
    {
        /// <summary>Bytes of output that may still be sent; below zero after a long write.</summary>
        public int OutputCredit;

        /// <summary>Bytes of input for which no credit has been given back.</summary>
        public int InputOwed;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Int32(ref OutputCredit);
            transfer.Int32(ref InputOwed);
        }
    }
}
