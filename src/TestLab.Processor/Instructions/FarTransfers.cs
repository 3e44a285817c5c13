using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>Far JMP, CALL, RET; LDS, LES, LFS, LGS, LSS.</summary>
internal static unsafe class FarTransfers
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Retf, BindReturn);
        BindPointerLoad(table, Mnemonic.Les, SegmentIndex.Es);
        BindPointerLoad(table, Mnemonic.Lds, SegmentIndex.Ds);
        BindPointerLoad(table, Mnemonic.Lss, SegmentIndex.Ss);
        BindPointerLoad(table, Mnemonic.Lfs, SegmentIndex.Fs);
        BindPointerLoad(table, Mnemonic.Lgs, SegmentIndex.Gs);
    }

    public static void BindJump(Binding b)
    {
        SetTarget(b);
        SystemForms.Bind(b, b.IsMemory(0) ? &JumpMemory : &Jump);
    }

    public static void BindCall(Binding b)
    {
        SetTarget(b);
        SystemForms.Bind(b, b.IsMemory(0) ? &CallMemory : &Call);
    }

    private static void SetTarget(Binding b)
    {
        b.Op->Third = b.Instruction.Code switch
        {
            Code.Jmp_ptr1616 or Code.Call_ptr1616 or Code.Jmp_m1616 or Code.Call_m1616 => 2,
            Code.Jmp_m1664 or Code.Call_m1664 => 8,
            _ => 4,
        };
        if (b.IsMemory(0)) return;
        b.Op->Source = b.Instruction.FarBranchSelector;
        b.Op->Immediate = b.Op->Third == 2 ? b.Instruction.FarBranch16 : b.Instruction.FarBranch32;
    }

    private static void BindReturn(Binding b)
    {
        b.Op->Third = b.Instruction.Code switch
        {
            Code.Retfw or Code.Retfw_imm16 => 2,
            Code.Retfd or Code.Retfd_imm16 => 4,
            _ => 8,
        };
        SystemForms.Bind(b, &Return);
    }

    private static void BindPointerLoad(InstructionTable table, Mnemonic mnemonic, SegmentIndex segment) => table.Bind(mnemonic, b =>
    {
        b.Op->Third = (ushort)segment;
        b.Op->Immediate = (ulong)b.SizeOf(0);
        if (b.IsMemory(1)) SystemForms.Bind(b, &LoadPointer);
    });

    private static void Jump(CpuState* s, Op* op) => Jump(s, op, op->Source, op->Immediate);

    private static void JumpMemory(CpuState* s, Op* op)
    {
        if (TryReadPointer(s, op, op->Third, out ushort selector, out ulong offset)) Jump(s, op, selector, offset);
    }

    private static void Call(CpuState* s, Op* op) => Call(s, op, op->Source, op->Immediate);

    private static void CallMemory(CpuState* s, Op* op)
    {
        if (TryReadPointer(s, op, op->Third, out ushort selector, out ulong offset)) Call(s, op, selector, offset);
    }

    private static void Jump(CpuState* s, Op* op, ushort selector, ulong offset)
    {
        Cpu cpu = Cpu.Of(s);
        Finish(cpu, op, cpu.Far.TryJump(selector, offset, Flow.NextRip(s, op)));
    }

    private static void Call(CpuState* s, Op* op, ushort selector, ulong offset)
    {
        Cpu cpu = Cpu.Of(s);
        Finish(cpu, op, cpu.Far.TryCall(selector, offset, op->Third, Flow.NextRip(s, op)));
    }

    private static void Return(CpuState* s, Op* op)
    {
        Cpu cpu = Cpu.Of(s);
        Finish(cpu, op, cpu.Far.TryReturn(op->Third, (ushort)op->Immediate));
    }

    private static void Finish(Cpu cpu, Op* op, bool done)
    {
        if (done) cpu.StateChanged();
        SystemForms.FinishTransfer(cpu.State, op, done);
    }

    private static void LoadPointer(CpuState* s, Op* op)
    {
        int size = (int)op->Immediate;
        if (!TryReadPointer(s, op, size, out ushort selector, out ulong offset)) return;
        Cpu cpu = Cpu.Of(s);
        bool done = cpu.Segments.TryLoad((SegmentIndex)op->Third, selector);
        if (done)
        {
            SystemForms.WriteRegister(s, op->Destination, offset, size);
            cpu.StateChanged();
        }

        SystemForms.Finish(s, op, done);
    }

    /// <summary>Offset of so many bytes, then the selector.</summary>
    private static bool TryReadPointer(CpuState* s, Op* op, int size, out ushort selector, out ulong offset)
    {
        (selector, offset) = (0, 0);
        byte* bytes = stackalloc byte[16];
        ulong address = SystemForms.Address(s, op, size + 2, write: false);
        if (!Access.ReadBytes(s, op, address, bytes, size + 2)) return false;
        offset = size switch { 2 => *(ushort*)bytes, 4 => *(uint*)bytes, _ => *(ulong*)bytes };
        selector = *(ushort*)(bytes + size);
        return true;
    }
}
