namespace TestLab.Protocol;

/// <summary>A machine of a cell.</summary>
public readonly record struct MachineId(CellId Cell, string Name)
{
    public override string ToString() => $"{Cell}/{Name}";
}
