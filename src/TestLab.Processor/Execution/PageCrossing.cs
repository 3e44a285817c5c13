using System.Runtime.CompilerServices;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Blocks of one instruction that begins in one page and ends in the next.</summary>
/// <remarks>
/// Their bytes are watched in both pages; but which page the second one is depends on the mapping, so each run asks the
/// translation buffer. Where that does not know, or knows another page, the dispatcher fetches the instruction anew.
/// </remarks>
internal static unsafe class PageCrossing
{
    /// <summary>Puts the check in front of a block that has just been decoded.</summary>
    /// <param name="block">Of one instruction.</param>
    /// <param name="nextPage">Physical address of the page that it ends in.</param>
    public static void Guard(Block* block, ulong nextPage)
    {
        block->CrossesPage = true;
        block->NextPage = nextPage;
        block->CrossingHandler = block->First->Handler;
        block->First->Handler = &Enter;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Enter(CpuState* s, Op* op)
    {
        Block* block = op->Block;
        ref SegmentRegister code = ref s->Segments[(int)SegmentIndex.Cs];
        bool is64 = (block->Mode & CpuMode.Code64) != 0;
        ulong next = s->Rip + (is64 ? 0 : code.Base) + GuestMemory.PageSize & ~(ulong)(GuestMemory.PageSize - 1);
        if (!is64) next = (uint)next;
        bool isInside = is64 || s->Rip + (uint)block->LengthBytes - 1 <= code.Limit;
        TlbEntry* entry = Access.EntryFor(s, next);
        if (isInside && entry->ReadTag == next && entry->Executes(block->NextPage))
        {
            block->CrossingHandler(s, op);
            return;
        }

        s->Exit = ExitCause.RunAlone;
        s->ExitingOperation = op;
    }
}
