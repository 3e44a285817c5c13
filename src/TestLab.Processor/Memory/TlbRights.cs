namespace TestLab.Processor.Memory;

/// <summary>What the page walk granted, in the low bits of <see cref="TlbEntry.Frame"/>.</summary>
[Flags]
public enum TlbRights : uint
{
    None = 0,
    Valid = 1,

    /// <summary>Writable, and the dirty bit of the page table entry is set already.</summary>
    Write = 2,
    Execute = 4,
    Global = 8,

    /// <summary>A piece of a page of 2 or 4 MiB, or of 1 GiB: INVLPG drops all pieces.</summary>
    Large = 16,
    Huge = 32,
}
