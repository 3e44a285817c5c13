namespace TestLab.Processor.Memory;

/// <summary>What the memory knows of a page frame; the guest sees none of it.</summary>
[Flags]
public enum PageFlags : byte
{
    None = 0,

    /// <summary>The frame belongs to this memory alone and may be written in place.</summary>
    Private = 1,

    /// <summary>An engine holds code decoded from the page; no write tag may point at it.</summary>
    Code = 2,

    /// <summary>Written since the last <see cref="GuestMemory.ClearDirty"/>.</summary>
    Dirty = 4,

    /// <summary>A translation buffer may hold the host address for reads.</summary>
    ReadMapped = 8,

    /// <summary>A translation buffer may hold the host address for writes.</summary>
    WriteMapped = 16,
}
