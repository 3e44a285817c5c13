using TestLab.Simulation;

namespace TestLab.Machines.Snapshots;

/// <summary>All state of a machine beside RAM and disks, part by part, in the order in which it is restored.</summary>
/// <remarks>Devices come before the interrupt controllers: they drive their lines anew, and the controllers then
/// take the state they had, whatever those edges did.</remarks>
public sealed class MachineParts
{
    private readonly List<StatePart> _parts = [];
    private readonly List<StatePart> _resettable = [];
    private readonly List<byte[]> _powerOn = [];

    public IReadOnlyList<StatePart> All => _parts;

    /// <summary>The parts that a reset takes back to what they were at power-on.</summary>
    public IReadOnlyList<StatePart> Resettable => _resettable;

    /// <param name="name">The name of its section in a snapshot.</param>
    /// <param name="component">Whose state it is.</param>
    /// <param name="survivesReset">True for what a reset line does not reach: the clock chip, the disks, random streams.</param>
    public void Add<TState>(string name, ISnapshotable<TState> component, bool survivesReset = false)
        where TState : struct, IState
    {
        var part = StatePart.Of(name, component);
        _parts.Add(part);
        if (!survivesReset) _resettable.Add(part);
    }

    /// <summary>The bytes of one part's state.</summary>
    public static byte[] Save(StatePart part)
    {
        using var content = new MemoryStream();
        part.Save(content);
        return content.ToArray();
    }

    public static void Restore(StatePart part, byte[] state)
    {
        using var content = new MemoryStream(state);
        part.Restore(content);
    }

    /// <summary>Remembers the present state as the one a reset goes back to.</summary>
    public void KeepAsPowerOn()
    {
        _powerOn.Clear();
        foreach (StatePart part in _resettable) _powerOn.Add(Save(part));
    }

    public void Reset()
    {
        for (int index = 0; index < _resettable.Count; index++) Restore(_resettable[index], _powerOn[index]);
    }
}
