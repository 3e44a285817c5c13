using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Interrupts;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>CLI, STI, PUSHF, POPF.</summary>
/// <remarks>
/// Kernels run these all the time, so a block goes on behind them, except where an interrupt waits or single step begins.
/// </remarks>
internal static unsafe class InterruptFlag
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Cli, b => b.Op->Handler = &Clear);
        table.Bind(Mnemonic.Sti, b => b.Op->Handler = &Set);
        table.Bind(Mnemonic.Pushf, b => b.Op->Handler = Flow.Stacked(b, &Push<ushort, Stack64>, &Push<ushort, StackFlat32>, &Push<ushort, StackSegmented>));
        table.Bind(Mnemonic.Pushfd, b => b.Op->Handler = Flow.Stacked(b, &Push<uint, Stack64>, &Push<uint, StackFlat32>, &Push<uint, StackSegmented>));
        table.Bind(Mnemonic.Pushfq, b => b.Op->Handler = &Push<ulong, Stack64>);
        table.Bind(Mnemonic.Popf, b => b.Op->Handler = Flow.Stacked(b, &Pop<ushort, Stack64>, &Pop<ushort, StackFlat32>, &Pop<ushort, StackSegmented>));
        table.Bind(Mnemonic.Popfd, b => b.Op->Handler = Flow.Stacked(b, &Pop<uint, Stack64>, &Pop<uint, StackFlat32>, &Pop<uint, StackSegmented>));
        table.Bind(Mnemonic.Popfq, b => b.Op->Handler = &Pop<ulong, Stack64>);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Clear(CpuState* s, Op* op)
    {
        if (!MayChange(s, op)) return;
        s->SystemFlags &= ~SystemFlags.Interrupt;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Set(CpuState* s, Op* op)
    {
        if (!TrySet(s, op)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Push<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        if (!MayMove(s, op)) return;
        ulong flags = Flags.ReadAll(s) & ~(ulong)(SystemFlags.Resume | SystemFlags.Virtual8086);
        if (!Stack.TryPush<T, TStack>(s, op, Number.Truncate<T>(flags))) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pop<T, TStack>(CpuState* s, Op* op) where T : unmanaged where TStack : IStack
    {
        if (!MayMove(s, op)) return;
        T* place = Access.Read<T>(s, op, TStack.Address(s, op, 0, sizeof(T), write: false));
        if (place == null) return;
        ulong flags = Number.ZeroExtend(*place);
        TStack.Move(s, sizeof(T));
        if (!TryWrite(s, op, flags, sizeof(T) != 2)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool MayChange(CpuState* s, Op* op)
    {
        if ((s->Cr0 & ControlRegisters.ProtectionEnable) == 0 || s->CurrentPrivilegeLevel <= FlagWriter.IoPrivilegeLevel(s)) return true;
        Faults.Raise(s, op, Vectors.GeneralProtection, 0);
        return false;
    }

    /// <summary>In virtual-8086 mode PUSHF and POPF need IOPL 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayMove(CpuState* s, Op* op) =>
        (s->SystemFlags & SystemFlags.Virtual8086) == 0 || MayChange(s, op);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TrySet(CpuState* s, Op* op)
    {
        if (!MayChange(s, op)) return false;
        if ((s->SystemFlags & SystemFlags.Interrupt) != 0) return true;
        Cpu cpu = Cpu.Of(s);
        s->SystemFlags |= SystemFlags.Interrupt;
        cpu.BeginInterruptShadow(op);
        if (!cpu.HasPendingInterrupt) return true;
        Flow.LeaveEarly(s, op);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryWrite(CpuState* s, Op* op, ulong flags, bool wide)
    {
        Cpu cpu = Cpu.Of(s);
        SystemFlags old = s->SystemFlags;
        SystemFlags writable = FlagWriter.AlwaysWritable(cpu);
        if (wide) writable |= SystemFlags.AlignmentCheck | SystemFlags.Identification;
        FlagWriter.Write(cpu, flags, writable);
        SystemFlags set = s->SystemFlags & ~old;
        bool aligns = ((s->SystemFlags ^ old) & SystemFlags.AlignmentCheck) != 0;
        if (aligns) cpu.StateChanged();
        bool leaves = aligns || (set & SystemFlags.Trap) != 0 || ((set & SystemFlags.Interrupt) != 0 && cpu.HasPendingInterrupt);
        if (leaves) Flow.LeaveEarly(s, op);
        return !leaves;
    }
}
