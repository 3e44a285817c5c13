using TestLab.Simulation;

namespace TestLab.Machines.Processes;

/// <summary>What is known of a machine at the far end of its control port.</summary>
public record struct MachineRemoteState : IState
{
    public bool IsOn;
    public int ResetCount;

    private StreamState[]? _streams;

    public StreamState[] Streams
    {
        readonly get => _streams ?? [];
        set => _streams = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Boolean(ref IsOn);
        transfer.Int32(ref ResetCount);
        foreach (ref StreamState stream in Streams.AsSpan()) stream.Transfer(transfer);
    }

    /// <summary>One stream.</summary>
    public record struct StreamState : IState
    {
        /// <summary>Bytes that may be written.</summary>
        public int InputCredit;

        /// <summary>Bytes received for which no credit has been given back.</summary>
        public int OutputOwed;

        public bool IsOpen;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Int32(ref InputCredit);
            transfer.Int32(ref OutputOwed);
            transfer.Boolean(ref IsOpen);
        }
    }
}
