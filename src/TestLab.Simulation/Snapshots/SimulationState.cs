namespace TestLab.Simulation.Snapshots;

/// <summary>What a simulation has beside its processes: where it stands, and which epochs are under way.</summary>
internal record struct SimulationState : IState
{
    public const int ProcessLimit = 1 << 20;

    public VirtualTime Now;
    public long EpochNanoseconds;
    private Process[]? _processes;

    public Process[] Processes
    {
        readonly get => _processes ?? [];
        set => _processes = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Time(ref Now);
        transfer.Int64(ref EpochNanoseconds);
        Process[] processes = Processes;
        transfer.List(ref processes, ProcessLimit);
        Processes = processes;
        foreach (Process process in processes) transfer.Require(process.EpochEnd > Now, "an epoch has ended before the cut");
    }

    public record struct Process : IState
    {
        /// <summary>When its epoch is to be hashed; never, if it has done nothing in it or nobody records.</summary>
        public VirtualTime EpochEnd;

        public void Transfer(StateTransfer transfer) => transfer.Time(ref EpochEnd);
    }
}
