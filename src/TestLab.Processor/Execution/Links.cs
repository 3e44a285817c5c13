using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Links a direct branch, or the end of a block, to the block behind it.</summary>
internal static unsafe class Links
{
    /// <summary>Does nothing where the link would not hold: it must stay in the page, whatever the page is mapped to.</summary>
    public static void TryAdd(Op* source, Block* block)
    {
        Block* from = source->Block;
        if (block->Count == 0 || from->Count == 0) return;
        if (from->Mode != block->Mode || from->Window != block->Window) return;
        // The same physical page is not enough: two linear pages may show it, so the distance must stay inside too.
        ulong offset = from->PhysicalAddress & (GuestMemory.PageSize - 1);
        if (IsTarget(source->Immediate, offset, from, block) && !IsCut(source, from)) source->Link = block;
        else if (IsTarget(source->NextOffset, offset, from, block)) source->OtherLink = block;
    }

    private static bool IsTarget(ulong distance, ulong offset, Block* from, Block* block) =>
        from->Window.Contains(offset + distance) && from->PhysicalAddress + distance == block->PhysicalAddress;

    /// <summary>A 16-bit branch in 32-bit code leads to the first 64 KiB, wherever it stands.</summary>
    private static bool IsCut(Op* source, Block* from) =>
        (from->Mode & CpuMode.Code32) != 0 && source->Displacement == ushort.MaxValue;
}
