using Iced.Intel;
using TestLab.Processor.Memory;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>JMP, Jcc, LOOP, JCXZ, CALL and RET, direct and indirect: the last instruction of a block.</summary>
/// <remarks>
/// Targets count from the start of the page, as the translator decodes; where it lies the state knows. Outside of flat code
/// a taken branch out of its page is checked against the segment's limit; one that the jump cache knows is inside of it.
/// </remarks>
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
        table.Bind(Mnemonic.Loop, (Emission e, in Instruction i) => EmitCounted(e, i, Condition.NotEqual, counts: true), exits: true);
        foreach (Mnemonic jump in (Mnemonic[])[Mnemonic.Jcxz, Mnemonic.Jecxz, Mnemonic.Jrcxz])
            table.Bind(jump, (Emission e, in Instruction i) => EmitCounted(e, i, Condition.Equal, counts: false), exits: true);
    }

    private static bool EmitJump(Emission e, in Instruction i)
    {
        if (!IsDirect(e, i)) return EmitIndirect(e, i, isCall: false);
        if (!IsInWindow(e, i)) return false;
        e.Edges.GoOn(Target(e, i), isOther: false, mayFault: LeavesSegment(e, i));
        return true;
    }

    private static bool EmitConditional(Emission e, in Instruction i)
    {
        if (!IsDirect(e, i) || !IsInWindow(e, i)) return false;
        int condition = Condition.Of(i);
        e.NeedFlags(Condition.Flags(condition));
        e.Edges.BranchIf(condition, Target(e, i), mayFault: LeavesSegment(e, i));
        e.Edges.GoOn((long)i.NextIP, isOther: true);
        return true;
    }

    /// <summary>LOOP, which counts down first, and the jumps where the counter is zero; flags stay, but not in the host.</summary>
    private static bool EmitCounted(Emission e, in Instruction i, int condition, bool counts)
    {
        const int counter = HostRegister.Rcx;
        if (!IsDirect(e, i) || !IsInWindow(e, i) || (counts && LeavesSegment(e, i))) return false;
        int size = CounterBytes(i.Code);
        if (counts)
        {
            e.Flags.Save(GuestRegister.Rcx, e.FlagsLive);
            e.Code.Emit(Opcode.Lea, size, counter, Place.Memory(counter, -1));
        }

        e.Code.Emit(Opcode.Test, size, counter, counter);
        e.Flags.Current.HostValid = 0;
        e.Edges.BranchIf(condition, Target(e, i), mayFault: LeavesSegment(e, i));
        e.Edges.GoOn((long)i.NextIP, isOther: true);
        return true;
    }

    private static int CounterBytes(Code code) => code switch
    {
        Code.Loop_rel8_16_CX or Code.Loop_rel8_32_CX or Code.Jcxz_rel8_16 or Code.Jcxz_rel8_32 => 2,
        Code.Loop_rel8_16_RCX or Code.Loop_rel8_64_RCX or Code.Jrcxz_rel8_16 or Code.Jrcxz_rel8_64 => 8,
        _ => 4,
    };

    private static bool EmitCall(Emission e, in Instruction i)
    {
        if (Math.Abs(i.StackPointerIncrement) != e.Word) return false;
        if (!IsDirect(e, i)) return EmitIndirect(e, i, isCall: true);
        if (!IsInWindow(e, i)) return false;
        if (LeavesSegment(e, i))
        {
            e.Exits.FormTarget(Target(e, i), e.Word);
            CheckTarget(e);
        }

        PushReturn(e, i);
        e.Edges.GoOn(Target(e, i), isOther: false);
        return true;
    }

    /// <summary>A direct call that pushes 64 bits, and cannot fail once they are there.</summary>
    public static bool IsPlainCall(Emission e, in Instruction i) => e.Is64 && i.Code == Code.Call_rel32_64 && IsInWindow(e, i);

    public static bool IsPlainReturn(Emission e, in Instruction i) => e.Is64 && i.Code is Code.Retnq or Code.Retnq_imm16;

    /// <summary>A plain call whose return address goes to where R10 points to; the stack pointer is left to others.</summary>
    public static void EmitPlainCall(Emission e, in Instruction i)
    {
        StoreReturn(e, i);
        e.Edges.GoOn(Target(e, i), isOther: false);
    }

    /// <summary>A return to the address that lies behind where R10 points to.</summary>
    /// <param name="e">Where to write it; the unit ends.</param>
    /// <param name="i">The instruction.</param>
    /// <param name="distance">Bytes from there.</param>
    public static void EmitReturnTo(Emission e, in Instruction i, int distance)
    {
        e.EndUnit();
        e.Code.LoadZeroExtended(e.Word, HostRegister.Address, Place.Memory(HostRegister.Address, distance));
        int popped = e.Word + (i.OpCount == 0 ? 0 : (ushort)i.GetImmediate(0));
        e.Exits.JumpOrLeave(() => StackMoves.Move(e, popped));
    }

    private static bool EmitReturn(Emission e, in Instruction i)
    {
        int bytes = i.Code switch
        {
            Code.Retnq or Code.Retnq_imm16 => 8,
            Code.Retnd or Code.Retnd_imm16 => 4,
            Code.Retnw or Code.Retnw_imm16 => 2,
            _ => 0,
        };
        if (bytes != e.Word) return false;
        e.EndUnit();
        e.Memory.ReachStack(0, e.Word, write: false);
        EmitReturnTo(e, i, 0);
        return true;
    }

    private static bool EmitIndirect(Emission e, in Instruction i, bool isCall)
    {
        if (i.FlowControl is not (FlowControl.IndirectBranch or FlowControl.IndirectCall)) return false;
        if (i.Code is not (Code.Jmp_rm64 or Code.Call_rm64 or Code.Jmp_rm32 or Code.Call_rm32 or Code.Jmp_rm16 or Code.Call_rm16)) return false;
        if (Operands.SizeOf(i, 0) != e.Word) return false;
        e.EndUnit();
        if (i.Op0Kind == OpKind.Memory)
        {
            if (!e.Memory.TryReach(i, e.Word, write: false)) return false;
            e.Code.LoadZeroExtended(e.Word, HostRegister.Address, Place.Memory(HostRegister.Address));
        }
        else
        {
            e.Code.LoadZeroExtended(e.Word, HostRegister.Address, e.Source(i.Op0Register, HostRegister.Address));
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
        StoreReturn(e, i);
        StackMoves.Move(e, -e.Word);
    }

    private static void StoreReturn(Emission e, in Instruction i)
    {
        e.Code.Emit(Opcode.Load, 8, HostRegister.Scratch, Place.State(StateOffset.CodePage));
        e.Code.Emit(Opcode.Lea, e.Word, HostRegister.Scratch, Place.Memory(HostRegister.Scratch, (int)i.NextIP));
        e.Code.Emit(Opcode.Store, e.Word, HostRegister.Scratch, Place.Memory(HostRegister.Address));
    }

    /// <summary>A target in R10 that is not canonical, or beyond the segment's limit, faults before the branch retires.</summary>
    private static void CheckTarget(Emission e)
    {
        if (!e.Is64)
        {
            if (!e.IsFlat) e.Exits.LeaveBeyondLimit();
            return;
        }

        e.Code.Emit(Opcode.Load, 8, HostRegister.Scratch, HostRegister.Address);
        e.Code.Emit(0xC1, 8, 4, HostRegister.Scratch);
        e.Code.Byte(16);
        e.Code.Emit(0xC1, 8, 7, HostRegister.Scratch);
        e.Code.Byte(16);
        e.Code.Emit(Opcode.Cmp, 8, HostRegister.Scratch, HostRegister.Address);
        e.Exits.LeaveIf(Condition.NotEqual);
    }

    private static bool IsDirect(Emission e, in Instruction i) =>
        i.Op0Kind == e.Word switch { 8 => OpKind.NearBranch64, 4 => OpKind.NearBranch32, _ => OpKind.NearBranch16 };

    private static long Target(Emission e, in Instruction i) => e.Word switch
    {
        8 => (long)i.NearBranchTarget,
        4 => (int)i.NearBranchTarget,
        _ => (short)i.NearBranchTarget,
    };

    /// <summary>The target is in another page, or in the part of this one where branches neither wrap around nor fault.</summary>
    private static bool IsInWindow(Emission e, in Instruction i) =>
        (ulong)Target(e, i) >= GuestMemory.PageSize || e.Block->Window.Contains((ulong)Target(e, i));

    /// <summary>The target may lie beyond the limit of the code segment.</summary>
    private static bool LeavesSegment(Emission e, in Instruction i) => !e.IsFlat && (ulong)Target(e, i) >= GuestMemory.PageSize;
}
