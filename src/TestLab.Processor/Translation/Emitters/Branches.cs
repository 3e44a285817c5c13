using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>JMP, Jcc, CALL and RET, direct and indirect: the last instruction of a block.</summary>
/// <remarks>Targets count from the start of the page, as the translator decodes; where it lies the state knows.</remarks>
internal static unsafe class Branches
{
    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Jmp, EmitJump, exits: true);
        table.Bind(Mnemonic.Call, EmitCall, exits: true);
        table.Bind(Mnemonic.Ret, EmitReturn, exits: true);
        foreach (Mnemonic jump in (Mnemonic[])[
            Mnemonic.Jo, Mnemonic.Jno, Mnemonic.Jb, Mnemonic.Jae, Mnemonic.Je, Mnemonic.Jne, Mnemonic.Jbe, Mnemonic.Ja,
            Mnemonic.Js, Mnemonic.Jns, Mnemonic.Jp, Mnemonic.Jnp, Mnemonic.Jl, Mnemonic.Jge, Mnemonic.Jle, Mnemonic.Jg])
            table.Bind(jump, EmitConditional, exits: true);
    }

    private static bool EmitJump(Emission e, in Instruction i)
    {
        if (!IsDirect(e, i)) return EmitIndirect(e, i, isCall: false);
        e.Edges.GoOn(Target(e, i), isOther: false);
        return true;
    }

    private static bool EmitConditional(Emission e, in Instruction i)
    {
        if (!IsDirect(e, i)) return false;
        int condition = Condition.Of(i);
        e.NeedFlags(Condition.Flags(condition));
        e.Edges.BranchIf(condition, Target(e, i));
        e.Edges.GoOn((long)i.NextIP, isOther: true);
        return true;
    }

    private static bool EmitCall(Emission e, in Instruction i)
    {
        if (!StackMoves.IsPlain(e, i)) return false;
        if (!IsDirect(e, i)) return EmitIndirect(e, i, isCall: true);
        PushReturn(e, i);
        e.Edges.GoOn(Target(e, i), isOther: false);
        return true;
    }

    private static bool EmitReturn(Emission e, in Instruction i)
    {
        if (i.Code is not (Iced.Intel.Code.Retnq or Iced.Intel.Code.Retnq_imm16 or Iced.Intel.Code.Retnd or Iced.Intel.Code.Retnd_imm16)
            || (i.Code is Iced.Intel.Code.Retnq or Iced.Intel.Code.Retnq_imm16) != e.Is64
            || (!e.Is64 && (e.Block->Mode & State.CpuMode.Stack32) == 0)) return false;
        e.EndUnit();
        e.Memory.ReachStack(0, e.Word, write: false);
        e.Code.Emit(Opcode.Load, e.Word, HostRegister.Address, Place.Memory(HostRegister.Address));
        int distance = e.Word + (i.OpCount == 0 ? 0 : (ushort)i.GetImmediate(0));
        e.Exits.JumpOrLeave(() => StackMoves.Move(e, distance));
        return true;
    }

    private static bool EmitIndirect(Emission e, in Instruction i, bool isCall)
    {
        if (i.FlowControl is not (FlowControl.IndirectBranch or FlowControl.IndirectCall)) return false;
        if (i.Code is not (Iced.Intel.Code.Jmp_rm64 or Iced.Intel.Code.Call_rm64 or Iced.Intel.Code.Jmp_rm32 or Iced.Intel.Code.Call_rm32)) return false;
        if (Operands.SizeOf(i, 0) != e.Word) return false;
        e.EndUnit();
        if (i.Op0Kind == OpKind.Memory)
        {
            if (!e.Memory.TryReach(i, e.Word, write: false)) return false;
            e.Code.Emit(Opcode.Load, e.Word, HostRegister.Address, Place.Memory(HostRegister.Address));
        }
        else
        {
            e.Code.Emit(Opcode.Load, e.Word, HostRegister.Address, e.Source(i.Op0Register, HostRegister.Address));
        }

        if (!isCall)
        {
            e.Exits.JumpOrLeave(lastStep: null);
            return true;
        }

        Place kept = Place.Memory(HostRegister.Rsp);
        CheckTarget(e);
        e.Code.Emit(Opcode.Store, 8, HostRegister.Address, kept);
        PushReturn(e, i);
        e.Code.Emit(Opcode.Load, 8, HostRegister.Address, kept);
        e.Exits.JumpOrLeaveBehind();
        return true;
    }

    private static void PushReturn(Emission e, in Instruction i)
    {
        e.Memory.ReachStack(-e.Word, e.Word, write: true);
        e.Code.Emit(Opcode.Load, 8, HostRegister.Scratch, Place.State(StateOffset.CodePage));
        e.Code.Emit(Opcode.Lea, e.Word, HostRegister.Scratch, Place.Memory(HostRegister.Scratch, (int)i.NextIP));
        e.Code.Emit(Opcode.Store, e.Word, HostRegister.Scratch, Place.Memory(HostRegister.Address));
        StackMoves.Move(e, -e.Word);
    }

    /// <summary>A target in R10 that is not canonical faults before the branch retires.</summary>
    private static void CheckTarget(Emission e)
    {
        if (!e.Is64) return;
        e.Code.Emit(Opcode.Load, 8, HostRegister.Scratch, HostRegister.Address);
        e.Code.Emit(0xC1, 8, 4, HostRegister.Scratch);
        e.Code.Byte(16);
        e.Code.Emit(0xC1, 8, 7, HostRegister.Scratch);
        e.Code.Byte(16);
        e.Code.Emit(Opcode.Cmp, 8, HostRegister.Scratch, HostRegister.Address);
        e.Exits.LeaveIf(Condition.NotEqual);
    }

    private static bool IsDirect(Emission e, in Instruction i) => i.Op0Kind == (e.Is64 ? OpKind.NearBranch64 : OpKind.NearBranch32);

    private static long Target(Emission e, in Instruction i) => e.Is64 ? (long)i.NearBranchTarget : (int)i.NearBranchTarget;
}
