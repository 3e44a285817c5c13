using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>A run of decoded instructions in one page; its operations follow it in memory.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct Block
{
    /// <summary>Physical address of the first instruction.</summary>
    public ulong PhysicalAddress;

    /// <summary>The next block of the same page.</summary>
    public Block* NextInPage;

    public CpuMode Mode;

    /// <summary>Where its code segment lies in the page: in-page branches are linked inside of it only.</summary>
    public CodeWindow Window;

    /// <summary>Instructions that a run of the block retires; 0 once the code under it has changed.</summary>
    public int Count;

    public int LengthBytes;

    /// <summary>Operations, one more than instructions where the block falls through into the next.</summary>
    public int OperationCount;

    /// <summary>The block's one instruction reaches into the next page; see <see cref="PageCrossing"/>.</summary>
    public bool CrossesPage;

    /// <summary>Physical address of the page that the instruction reaches into, where it does.</summary>
    public ulong NextPage;

    /// <summary>The instruction's own handler, where it reaches into the next page: the check comes first.</summary>
    public delegate*<CpuState*, Op*, void> CrossingHandler;

    /// <summary>Translated code of the block, entered with the budget not yet charged; 0 while there is none.</summary>
    public ulong Code;

    /// <summary>The first operation's own handler, where an engine has put another one in its place.</summary>
    public delegate*<CpuState*, Op*, void> FirstHandler;

    /// <summary>How often the block has been interpreted, until it is translated.</summary>
    public int Executions;

    /// <summary>Without a translation, and with more executions left until it gets one.</summary>
    public readonly bool IsColderThan(int executionsLeft) => Code == 0 && Executions > executionsLeft;

    public readonly Op* Last => First + (OperationCount - 1);

    public readonly Op* First
    {
        get
        {
            // Blocks lie in native memory; a pinned local here would keep handlers from ending in jumps.
            return (Op*)((Block*)Unsafe.AsPointer(ref Unsafe.AsRef(in this)) + 1);
        }
    }
}
