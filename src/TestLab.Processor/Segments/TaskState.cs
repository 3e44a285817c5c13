using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Segments;

/// <summary>What the current task state segment says about inner stacks and ports (SDM volume 3, section 7.2).</summary>
internal static unsafe class TaskState
{
    private const int PortMapBaseOffset = 0x66;
    private const int StackTableOffset = 0x24;

    /// <summary>The stack for a more privileged level, outside long mode: checked, and not yet in use.</summary>
    public static bool TryReadStack(Cpu cpu, int privilege, out StackView stack, out SegmentRegister segment)
    {
        stack = default;
        segment = default;
        ref SegmentRegister task = ref cpu.State->Segments[(int)SegmentIndex.Task];
        bool wide = TypeOf(task).IsWide();
        int offset = wide ? 4 + 8 * privilege : 2 + 4 * privilege;
        if ((uint)(offset + (wide ? 5 : 3)) > task.Limit) return cpu.Segments.FaultAt(Vectors.InvalidTaskState, task.Selector);
        ulong place = task.Base + (ulong)offset;
        uint pointer;
        if (wide)
        {
            if (!cpu.Mmu.TryReadSystem(place, out pointer)) return false;
        }
        else
        {
            if (!cpu.Mmu.TryReadSystem(place, out ushort narrow)) return false;
            pointer = narrow;
        }

        if (!cpu.Mmu.TryReadSystem(place + (wide ? 4u : 2u), out ushort selector)) return false;
        if (!cpu.Segments.TryMakeStack(selector, privilege, Vectors.InvalidTaskState, allowsNull: false, out segment)) return false;
        stack = new StackView(cpu, segment, pointer, is64: false, privilege, selector);
        return true;
    }

    /// <summary>A stack pointer of the 64-bit task state: of a level, or of the interrupt stack table.</summary>
    public static bool TryReadStackPointer(Cpu cpu, int privilege, int tableIndex, out ulong pointer)
    {
        pointer = 0;
        ref SegmentRegister task = ref cpu.State->Segments[(int)SegmentIndex.Task];
        int offset = tableIndex != 0 ? StackTableOffset + 8 * (tableIndex - 1) : 4 + 8 * privilege;
        if ((uint)(offset + 7) > task.Limit) return cpu.Segments.FaultAt(Vectors.InvalidTaskState, task.Selector);
        return cpu.Mmu.TryReadSystem(task.Base + (ulong)offset, out pointer);
    }

    /// <summary>Whether the port bitmap of a 32- or 64-bit task state allows all bytes of an access; #GP(0) otherwise.</summary>
    public static bool TryCheckPort(Cpu cpu, ushort port, int size)
    {
        ref SegmentRegister task = ref cpu.State->Segments[(int)SegmentIndex.Task];
        if (!TypeOf(task).IsWide() || task.Limit < PortMapBaseOffset + 1) return cpu.Segments.Fault(Vectors.GeneralProtection);
        if (!cpu.Mmu.TryReadSystem(task.Base + PortMapBaseOffset, out ushort mapBase)) return false;
        uint offset = (uint)mapBase + (uint)port / 8;
        if (offset + 1 > task.Limit) return cpu.Segments.Fault(Vectors.GeneralProtection);
        if (!cpu.Mmu.TryReadSystem(task.Base + offset, out ushort bits)) return false;
        int mask = ((1 << size) - 1) << (port & 7);
        return (bits & mask) == 0 || cpu.Segments.Fault(Vectors.GeneralProtection);
    }

    private static SystemSegmentType TypeOf(in SegmentRegister task) => (SystemSegmentType)((int)task.Attributes & 15);
}
