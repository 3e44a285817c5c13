using TestLab.Processor.Execution;
using TestLab.Processor.Interrupts;
using TestLab.Processor.Segments;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>Whether the program may reach a port (SDM volume 1, section 19.5).</summary>
internal static unsafe class PortAccess
{
    /// <summary>True above the I/O privilege level, or where the task's bitmap allows it; otherwise #GP(0) is raised.</summary>
    public static bool Check(Cpu cpu, Op* op, ushort port, int size)
    {
        CpuState* s = cpu.State;
        bool isFree = (s->Cr0 & ControlRegisters.ProtectionEnable) == 0
            || ((s->SystemFlags & SystemFlags.Virtual8086) == 0 && s->CurrentPrivilegeLevel <= FlagWriter.IoPrivilegeLevel(s));
        if (isFree || TaskState.TryCheckPort(cpu, port, size)) return true;
        s->ExitingOperation = op;
        return false;
    }
}
