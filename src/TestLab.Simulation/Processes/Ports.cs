namespace TestLab.Simulation.Processes;

/// <summary>What ports and switches of a process have for state: what was counted, promised, raised.</summary>
internal sealed class Ports(LogicalProcess process) : ISnapshotable<Ports.State>
{
    public State Save() => new() { Process = process };

    /// <summary>Nothing is left to do: the transfer has set the ports themselves.</summary>
    public void Restore(in State state)
    {
    }

    /// <summary>Stands for the ports, whose number is the process's and not the snapshot's.</summary>
    public record struct State : IState
    {
        public LogicalProcess Process;

        public readonly void Transfer(StateTransfer transfer)
        {
            Count(transfer, Process.Inputs.Count);
            foreach (InputPort port in Process.Inputs) port.Transfer(transfer);
            Count(transfer, Process.Outputs.Count);
            foreach (OutputPort port in Process.Outputs) port.Transfer(transfer);
            Count(transfer, Process.StopSwitches.Count);
            foreach (StopSwitch stop in Process.StopSwitches) stop.Transfer(transfer);
        }

        private static void Count(StateTransfer transfer, int own)
        {
            int count = own;
            transfer.Int32(ref count);
            transfer.Require(count == own, "a process has another number of ports");
        }
    }
}
