using TestLab.Simulation;

namespace TestLab.Machines.Snapshots;

/// <summary>One component of a machine under the name its section has in a snapshot.</summary>
public abstract class MachinePart(string name, bool survivesReset)
{
    public string Name { get; } = name;

    /// <summary>True for what a reset line does not reach: the clock chip, the disks, random streams.</summary>
    public bool SurvivesReset { get; } = survivesReset;

    /// <summary>Reads or sets the component's state record.</summary>
    public abstract void Transfer(StateTransfer transfer);
}
