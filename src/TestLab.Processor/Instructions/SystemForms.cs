using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>What instructions of the system share: they are the last of their block, and return to the dispatcher.</summary>
internal static unsafe class SystemForms
{
    /// <summary>An instruction of any privilege level that ends its block.</summary>
    public static void Bind(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        b.EndsBlock = true;
        b.Op->Handler = handler;
    }

    /// <summary>#GP(0) above privilege level 0, virtual-8086 mode included.</summary>
    public static void BindPrivileged(Binding b, delegate*<CpuState*, Op*, void> handler) =>
        Bind(b, (b.Mode & CpuMode.User) != 0 ? &Refuse : handler);

    /// <summary>As <see cref="Bind"/>, but unknown in real-address and virtual-8086 mode.</summary>
    public static void BindProtected(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        if ((b.Mode & CpuMode.Paragraphs) == 0) Bind(b, handler);
    }

    public static void BindPrivilegedProtected(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        if ((b.Mode & CpuMode.Paragraphs) == 0) BindPrivileged(b, handler);
    }

    /// <summary>On to the next instruction, or to the fault that was raised.</summary>
    public static void Finish(CpuState* s, Op* op, bool done)
    {
        if (done) Flow.Leave(s, op);
        else s->ExitingOperation = op;
    }

    /// <summary>On to where a transfer has put RIP, or to the fault that was raised.</summary>
    public static void FinishTransfer(CpuState* s, Op* op, bool done)
    {
        if (!done) s->ExitingOperation = op;
        else if (s->Exit != ExitCause.Exception) s->Exit = ExitCause.StateChanged;
        else s->ExitingOperation = null; // Of the task switched to.
    }

    public static void Refuse(CpuState* s, Op* op) => Faults.Raise(s, op, Vectors.GeneralProtection, 0);

    /// <summary>The address of a memory operand, whatever its form.</summary>
    public static ulong Address(CpuState* s, Op* op, int size, bool write) => Segmented.Of(s, op, size, write);

    /// <summary>The address of bytes behind the start of a memory operand.</summary>
    public static ulong AddressBehind(CpuState* s, Op* op, int distance, int size)
    {
        ulong offset = Flat64.Of(s, op, size, write: false) + (ulong)distance;
        offset = op->AddressBits switch { 16 => (ushort)offset, 32 => (uint)offset, _ => offset };
        return Segmentation.Linear(s, op, op->Segment, offset, size, write: false);
    }

    /// <summary>A 16-bit operand: a register, or memory where <see cref="Op.AddressBits"/> is set.</summary>
    public static bool TryReadWord(CpuState* s, Op* op, ushort register, out ushort value)
    {
        value = 0;
        if (op->AddressBits == 0)
        {
            value = Registers.Read<ushort>(s, register);
            return true;
        }

        ushort* place = Access.Read<ushort>(s, op, Address(s, op, 2, write: false));
        if (place == null) return false;
        value = *place;
        return true;
    }

    /// <summary>Writes a register of so many bytes, or 16 bits of memory.</summary>
    public static bool TryWriteWord(CpuState* s, Op* op, ulong value, int size)
    {
        if (op->AddressBits != 0) return Access.Write(s, op, Address(s, op, 2, write: true), (ushort)value);
        WriteRegister(s, op->Destination, value, size);
        return true;
    }

    public static void WriteRegister(CpuState* s, ushort register, ulong value, int size)
    {
        switch (size)
        {
            case 1: Registers.Write(s, register, (byte)value); break;
            case 2: Registers.Write(s, register, (ushort)value); break;
            case 4: Registers.Write(s, register, (uint)value); break;
            default: Registers.Write(s, register, value); break;
        }
    }
}
