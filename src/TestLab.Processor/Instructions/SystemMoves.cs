using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>MOV to and from segment, control and debug registers.</summary>
internal static unsafe class SystemMoves
{
    public static void Bind(Binding b)
    {
        if (b.Instruction.HasLockPrefix) return;
        if (b.IsRegister(0) && b.Instruction.Op0Register is var target && !target.IsGPR()) BindWrite(b, target);
        else if (b.IsRegister(1)) BindRead(b, b.Instruction.Op1Register);
    }

    private static void BindWrite(Binding b, Register target)
    {
        if (target.IsSegmentRegister())
        {
            if (target == Register.CS) return;
            b.Op->Third = (ushort)(target - Register.ES);
            SystemForms.Bind(b, &LoadSegment);
        }
        else if (target.IsCR())
        {
            b.Op->Third = (ushort)(target - Register.CR0);
            if (b.Op->Third is 0 or 2 or 3 or 4 or 8) SystemForms.BindPrivileged(b, b.Is64 ? &WriteControl<ulong> : &WriteControl<uint>);
        }
        else if (target.IsDR())
        {
            b.Op->Third = (ushort)(target - Register.DR0);
            if (b.Op->Third < 8) SystemForms.BindPrivileged(b, b.Is64 ? &WriteDebug<ulong> : &WriteDebug<uint>);
        }
    }

    private static void BindRead(Binding b, Register source)
    {
        if (source.IsSegmentRegister())
        {
            b.Op->Third = (ushort)b.Size;
            SystemForms.Bind(b, &StoreSegment);
        }
        else if (source.IsCR())
        {
            b.Op->Third = (ushort)(source - Register.CR0);
            if (b.Op->Third is 0 or 2 or 3 or 4 or 8) SystemForms.BindPrivileged(b, &ReadControl);
        }
        else if (source.IsDR())
        {
            b.Op->Third = (ushort)(source - Register.DR0);
            if (b.Op->Third < 8) SystemForms.BindPrivileged(b, &ReadDebug);
        }

        b.Op->Immediate = (ulong)b.Size;
    }

    private static void LoadSegment(CpuState* s, Op* op)
    {
        if (!SystemForms.TryReadWord(s, op, op->Source, out ushort selector)) return;
        Cpu cpu = Cpu.Of(s);
        bool done = cpu.Segments.TryLoad((SegmentIndex)op->Third, selector);
        if (done)
        {
            if (op->Third == (int)SegmentIndex.Ss) cpu.BeginInterruptShadow(op);
            cpu.StateChanged();
        }

        SystemForms.Finish(s, op, done);
    }

    private static void StoreSegment(CpuState* s, Op* op)
    {
        ushort selector = ((SegmentRegister*)((byte*)s + op->Source))->Selector;
        if (SystemForms.TryWriteWord(s, op, selector, op->Third)) Flow.Leave(s, op);
    }

    private static void WriteControl<T>(CpuState* s, Op* op) where T : unmanaged =>
        SystemForms.Finish(s, op, Cpu.Of(s).Control.TryWrite(op->Third, Number.ZeroExtend(Registers.Read<T>(s, op->Source))));

    private static void ReadControl(CpuState* s, Op* op)
    {
        SystemForms.WriteRegister(s, op->Destination, Cpu.Of(s).Control.Read(op->Third), (int)op->Immediate);
        Flow.Leave(s, op);
    }

    private static void WriteDebug<T>(CpuState* s, Op* op) where T : unmanaged
    {
        if (!HasDebugRegister(s, op)) return;
        SystemForms.Finish(s, op, Cpu.Of(s).Control.TryWriteDebug(op->Third, Number.ZeroExtend(Registers.Read<T>(s, op->Source))));
    }

    private static void ReadDebug(CpuState* s, Op* op)
    {
        if (!HasDebugRegister(s, op)) return;
        bool done = Cpu.Of(s).Control.TryReadDebug(op->Third, out ulong value);
        if (done) SystemForms.WriteRegister(s, op->Destination, value, (int)op->Immediate);
        SystemForms.Finish(s, op, done);
    }

    private static bool HasDebugRegister(CpuState* s, Op* op)
    {
        if (op->Third is not (4 or 5) || (s->Cr4 & ControlRegisters.DebuggingExtensions) == 0) return true;
        Faults.Raise(s, op, Vectors.InvalidOpcode, 0);
        return false;
    }
}
