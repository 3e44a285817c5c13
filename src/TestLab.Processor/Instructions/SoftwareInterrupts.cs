using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Interrupts;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>INT n, INT1, INT3, INTO, BOUND, IRET.</summary>
internal static unsafe class SoftwareInterrupts
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Int, b => SystemForms.Bind(b, &Interrupt));
        table.Bind(Mnemonic.Int1, b => SystemForms.Bind(b, &DebugTrap));
        table.Bind(Mnemonic.Int3, b => SystemForms.Bind(b, &Breakpoint));
        table.Bind(Mnemonic.Into, b => SystemForms.Bind(b, &InterruptOnOverflow));
        table.Bind(Mnemonic.Bound, BindBound);
        table.Bind(Mnemonic.Iret, b => BindReturn(b, 2));
        table.Bind(Mnemonic.Iretd, b => BindReturn(b, 4));
        table.Bind(Mnemonic.Iretq, b => BindReturn(b, 8));
    }

    private static void BindReturn(Binding b, ushort size)
    {
        b.Op->Third = size;
        SystemForms.Bind(b, &Return);
    }

    private static void BindBound(Binding b)
    {
        if (b.IsMemory(1)) SystemForms.Bind(b, b.SizeOf(0) == 2 ? &CheckBound16 : &CheckBound32);
    }

    /// <summary>In virtual-8086 mode INT n needs IOPL 3; the one-byte forms do not.</summary>
    private static void Interrupt(CpuState* s, Op* op)
    {
        bool isVirtual = (s->SystemFlags & SystemFlags.Virtual8086) != 0;
        if (isVirtual && FlagWriter.IoPrivilegeLevel(s) != 3) SystemForms.Refuse(s, op);
        else Faults.RaiseBehind(s, op, (byte)op->Immediate, InterruptKind.Software);
    }

    private static void DebugTrap(CpuState* s, Op* op) => Faults.RaiseBehind(s, op, Vectors.Debug, InterruptKind.Trap);

    private static void Breakpoint(CpuState* s, Op* op) => Faults.RaiseBehind(s, op, Vectors.Breakpoint, InterruptKind.Software);

    private static void InterruptOnOverflow(CpuState* s, Op* op)
    {
        if (Flags.IsOverflow(s)) Faults.RaiseBehind(s, op, Vectors.Overflow, InterruptKind.Software);
        else Flow.Leave(s, op);
    }

    private static void CheckBound16(CpuState* s, Op* op)
    {
        uint* place = Access.Read<uint>(s, op, SystemForms.Address(s, op, 4, write: false));
        if (place == null) return;
        CheckBound(s, op, Registers.Read<short>(s, op->Destination), (short)*place, (short)(*place >> 16));
    }

    private static void CheckBound32(CpuState* s, Op* op)
    {
        ulong* place = Access.Read<ulong>(s, op, SystemForms.Address(s, op, 8, write: false));
        if (place == null) return;
        CheckBound(s, op, Registers.Read<int>(s, op->Destination), (int)*place, (int)(*place >> 32));
    }

    private static void CheckBound(CpuState* s, Op* op, int index, int lower, int upper)
    {
        if (index < lower || index > upper) Faults.Raise(s, op, Vectors.BoundRange, 0);
        else Flow.Leave(s, op);
    }

    private static void Return(CpuState* s, Op* op) =>
        SystemForms.FinishTransfer(s, op, Cpu.Of(s).InterruptReturn.TryReturn(op->Third, Flow.NextRip(s, op)));
}
