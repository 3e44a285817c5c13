namespace TestLab.Simulation;

/// <summary>A named part of a process's state: what a snapshot stores under the name, and what a hash covers.</summary>
public abstract class StatePart
{
    private StatePart(string name) => Name = name;

    public string Name { get; }

    public static StatePart Of<TState>(string name, ISnapshotable<TState> component)
        where TState : struct, IState => new Component<TState>(name, component);

    /// <summary>Reads or sets the component's state record.</summary>
    public abstract void Transfer(StateTransfer transfer);

    private sealed class Component<TState>(string name, ISnapshotable<TState> component) : StatePart(name)
        where TState : struct, IState
    {
        public override void Transfer(StateTransfer transfer)
        {
            TState state = component.Save();
            state.Transfer(transfer);
            if (transfer.IsReading) component.Restore(state);
        }
    }
}
