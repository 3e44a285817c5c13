using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>IN, OUT, INS, OUTS.</summary>
/// <remarks>
/// They end their block, so the clock is exact while the device runs. A repeated form retires one iteration at a time
/// and comes back to the same instruction.
/// </remarks>
internal static unsafe class Ports
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.In, b => Bind(b, portOperand: 1, b.SizeOf(0), &Input));
        table.Bind(Mnemonic.Out, b => Bind(b, portOperand: 0, b.SizeOf(1), &Output));
        table.Bind(Mnemonic.Insb, b => BindString<byte>(b, &InputString<byte>));
        table.Bind(Mnemonic.Insw, b => BindString<ushort>(b, &InputString<ushort>));
        table.Bind(Mnemonic.Insd, b => BindString<uint>(b, &InputString<uint>));
        table.Bind(Mnemonic.Outsb, b => BindString<byte>(b, &OutputString<byte>));
        table.Bind(Mnemonic.Outsw, b => BindString<ushort>(b, &OutputString<ushort>));
        table.Bind(Mnemonic.Outsd, b => BindString<uint>(b, &OutputString<uint>));
    }

    private static void Bind(Binding b, int portOperand, int size, delegate*<CpuState*, Op*, void> handler)
    {
        b.Op->Third = (ushort)size;
        b.Op->Scale = b.IsRegister(portOperand) ? (byte)1 : (byte)0; // The port is in DX.
        SystemForms.Bind(b, handler);
    }

    private static void BindString<T>(Binding b, delegate*<CpuState*, Op*, void> handler) where T : unmanaged
    {
        Strings.SetAddress(b);
        b.Op->Scale = b.Instruction.HasRepPrefix || b.Instruction.HasRepnePrefix ? (byte)1 : (byte)0;
        SystemForms.Bind(b, handler);
    }

    private static ushort PortOf(CpuState* s, Op* op) => op->Scale != 0 ? (ushort)s->Rdx : (byte)op->Immediate;

    private static void Input(CpuState* s, Op* op)
    {
        Cpu cpu = Cpu.Of(s);
        ushort port = PortOf(s, op);
        if (!PortAccess.Check(cpu, op, port, op->Third)) return;
        SystemForms.WriteRegister(s, 0, cpu.Bus.ReadPort(port, op->Third), op->Third);
        Flow.Leave(s, op);
    }

    private static void Output(CpuState* s, Op* op)
    {
        Cpu cpu = Cpu.Of(s);
        ushort port = PortOf(s, op);
        if (!PortAccess.Check(cpu, op, port, op->Third)) return;
        uint value = (uint)s->Rax;
        cpu.Bus.WritePort(port, op->Third switch { 1 => (byte)value, 2 => (ushort)value, _ => value }, op->Third);
        Flow.Leave(s, op);
    }

    private static void InputString<T>(CpuState* s, Op* op) where T : unmanaged
    {
        if (!TryBeginIteration<T>(s, op)) return;
        Cpu cpu = Cpu.Of(s);
        ulong mask = AddressMask(op);
        ulong address = Segmentation.Linear(s, op, CpuLayout.SegmentOffset(SegmentIndex.Es), s->Rdi & mask, sizeof(T), write: true);
        if (!Access.CanWrite(s, op, address, sizeof(T))) return;
        T value = Number.Truncate<T>(cpu.Bus.ReadPort((ushort)s->Rdx, sizeof(T)));
        Access.Write(s, op, address, value);
        Advance<T>(s, ref s->Rdi, mask);
        EndIteration(s, op, mask);
    }

    private static void OutputString<T>(CpuState* s, Op* op) where T : unmanaged
    {
        if (!TryBeginIteration<T>(s, op)) return;
        Cpu cpu = Cpu.Of(s);
        ulong mask = AddressMask(op);
        T* place = Access.Read<T>(s, op, Segmentation.Linear(s, op, op->Segment, s->Rsi & mask, sizeof(T), write: false));
        if (place == null) return;
        cpu.Bus.WritePort((ushort)s->Rdx, (uint)Number.ZeroExtend(*place), sizeof(T));
        Advance<T>(s, ref s->Rsi, mask);
        EndIteration(s, op, mask);
    }

    /// <summary>Alone, since memory may be a device too; false where it faults, or there is nothing to do.</summary>
    private static bool TryBeginIteration<T>(CpuState* s, Op* op) where T : unmanaged
    {
        if (!s->IsSingleInstruction)
        {
            s->Exit = ExitCause.RunAlone;
            s->ExitingOperation = op;
            return false;
        }

        // The port is checked even where the count says that it will not be touched.
        if (!PortAccess.Check(Cpu.Of(s), op, (ushort)s->Rdx, sizeof(T))) return false;
        if (op->Scale == 0 || (s->Rcx & AddressMask(op)) != 0) return true;
        Flow.Leave(s, op);
        return false;
    }

    private static void Advance<T>(CpuState* s, ref ulong register, ulong mask) where T : unmanaged
    {
        ulong step = (s->SystemFlags & SystemFlags.Direction) != 0 ? (ulong)-sizeof(T) : (ulong)sizeof(T);
        Assign(ref register, register + step, mask);
    }

    private static void EndIteration(CpuState* s, Op* op, ulong mask)
    {
        if (op->Scale == 0)
        {
            Flow.Leave(s, op);
            return;
        }

        Assign(ref s->Rcx, s->Rcx - 1, mask);
        if ((s->Rcx & mask) == 0)
        {
            Flow.Leave(s, op);
            return;
        }

        s->Rip = (s->Rip + op->Offset) & Flow.RipMask(s);
        s->Exit = ExitCause.StateChanged;
    }

    private static void Assign(ref ulong register, ulong value, ulong mask) =>
        register = mask == ushort.MaxValue ? (register & ~mask) | (value & mask) : value & mask;

    private static ulong AddressMask(Op* op) => op->AddressBits switch { 16 => ushort.MaxValue, 32 => uint.MaxValue, _ => ulong.MaxValue };
}
