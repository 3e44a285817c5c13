namespace TestLab.Machines.Boot;

/// <summary>What a range of the physical address space is (ACPI specification, address range types).</summary>
public enum MemoryKind
{
    Usable = 1,
    Reserved = 2,
}
