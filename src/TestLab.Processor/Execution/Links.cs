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
        if (from->Mode != block->Mode || (block->Mode & CpuMode.Flat) == 0) return;
        // The same physical page is not enough: two linear pages may show it, so the distance must stay inside too.
        ulong offset = from->PhysicalAddress & (GuestMemory.PageSize - 1);
        if (IsTarget(source->Immediate, offset, from, block)) source->Link = block;
        else if (IsTarget(source->NextOffset, offset, from, block)) source->OtherLink = block;
    }

    private static bool IsTarget(ulong distance, ulong offset, Block* from, Block* block) =>
        offset + distance < GuestMemory.PageSize && from->PhysicalAddress + distance == block->PhysicalAddress;
}
