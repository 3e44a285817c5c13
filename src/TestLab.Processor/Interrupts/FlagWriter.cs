using TestLab.Processor.State;

namespace TestLab.Processor.Interrupts;

/// <summary>Writes RFLAGS for IRET, POPF and SYSRET, as far as the privilege level lets them.</summary>
internal static unsafe class FlagWriter
{
    /// <summary>TF, DF and NT; IF where IOPL allows, IOPL at level 0.</summary>
    public static SystemFlags AlwaysWritable(Cpu cpu)
    {
        SystemFlags writable = SystemFlags.Trap | SystemFlags.Direction | SystemFlags.NestedTask;
        int privilege = cpu.State->CurrentPrivilegeLevel;
        if (privilege <= IoPrivilegeLevel(cpu.State)) writable |= SystemFlags.Interrupt;
        if (privilege == 0) writable |= SystemFlags.IoPrivilegeLevel;
        return writable;
    }

    public static int IoPrivilegeLevel(CpuState* s) => (int)s->SystemFlags >> 12 & 3;

    /// <summary>The status flags, and those of the others that are named.</summary>
    public static void Write(Cpu cpu, ulong flags, SystemFlags writable)
    {
        CpuState* s = cpu.State;
        Flags.Write(s, (uint)flags);
        // RF only matters to instruction breakpoints; the careful step that they need clears it.
        if (!cpu.Debug.HasBreakpoints) flags &= ~(ulong)SystemFlags.Resume;
        s->SystemFlags = (s->SystemFlags & ~writable) | ((SystemFlags)(uint)flags & writable & SystemFlags.All);
    }
}
