namespace TestLab.Machines.Boot;

/// <summary>A range of the physical address space.</summary>
public readonly record struct MemoryRange(ulong Address, ulong Bytes, MemoryKind Kind)
{
    public ulong End => Address + Bytes;
}
