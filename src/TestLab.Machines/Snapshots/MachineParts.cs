using TestLab.Simulation;

namespace TestLab.Machines.Snapshots;

/// <summary>All state of a machine beside RAM and disks, part by part, in the order in which it is restored.</summary>
/// <remarks>Devices come before the interrupt controllers: they drive their lines anew, and the controllers then
/// take the state they had, whatever those edges did.</remarks>
public sealed class MachineParts
{
    private readonly List<MachinePart> _parts = [];
    private readonly List<byte[]> _powerOn = [];

    public IReadOnlyList<MachinePart> All => _parts;

    public void Add<TState>(string name, ISnapshotable<TState> component, bool survivesReset = false)
        where TState : struct, IState => _parts.Add(new Part<TState>(name, component, survivesReset));

    /// <summary>The bytes of one part's state.</summary>
    public static byte[] Save(MachinePart part)
    {
        var writer = new StateWriter();
        part.Transfer(writer);
        return writer.Written.ToArray();
    }

    public static void Restore(MachinePart part, ReadOnlyMemory<byte> state)
    {
        var reader = new StateReader(state);
        part.Transfer(reader);
        reader.Require(reader.IsAtEnd, $"section {part.Name} is longer than this version knows");
    }

    /// <summary>Remembers the present state as the one a reset goes back to.</summary>
    public void KeepAsPowerOn()
    {
        _powerOn.Clear();
        foreach (MachinePart part in _parts) _powerOn.Add(Save(part));
    }

    public void Reset()
    {
        for (int index = 0; index < _parts.Count; index++)
            if (!_parts[index].SurvivesReset) Restore(_parts[index], _powerOn[index]);
    }

    private sealed class Part<TState>(string name, ISnapshotable<TState> component, bool survivesReset)
        : MachinePart(name, survivesReset)
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
