using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>INC, DEC, NEG, NOT.</summary>
internal static unsafe class Unary
{
    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Inc, (Emission e, in Instruction i) => EmitStep(e, i, FlagKind.Sum), exits: true);
        table.Bind(Mnemonic.Dec, (Emission e, in Instruction i) => EmitStep(e, i, FlagKind.Difference), exits: true);
        table.Bind(Mnemonic.Neg, EmitNegate, FlagEffect.Replaces);
        table.Bind(Mnemonic.Not, EmitComplement);
    }

    /// <summary>CF stays, so it is kept apart from the sum.</summary>
    private static bool EmitStep(Emission e, in Instruction i, FlagKind kind)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: true)) return false;
        Operand carry = e.FlagsLive ? KeepCarry(e) : Operand.Slot;
        uint carryValid = e.Flags.Current.HostValid & CpuFlags.Carry;
        e.Flags.Drop();
        Operand left = Change(e, i, size, 0xFF, kind == FlagKind.Sum ? 0 : 1);
        e.Flags.Set(kind, size, left, Operand.Constant(1), (CpuFlags.Status & ~CpuFlags.Carry) | carryValid);
        e.Flags.SetCarry(CarryKind.Given, 1, carry);
        return true;
    }

    private static Operand KeepCarry(Emission e)
    {
        ref FlagState flags = ref e.Flags.Current;
        if (!flags.InState && flags.CarryKind == CarryKind.Given) return flags.Carry;
        if (!flags.InState && flags.CarryKind == CarryKind.None && flags.Kind is FlagKind.Logic or FlagKind.Test) return Operand.Constant(0);
        bool unknown = flags.InState && flags.CarryKind == CarryKind.None && (flags.HostValid & CpuFlags.Carry) == 0;
        byte* kept = unknown ? SkipWhereGiven(e) : null;
        e.NeedFlags(CpuFlags.Carry);
        e.Code.Emit(Opcode.SetCondition | Condition.Below, 1, 0, Place.State(StateOffset.LazyCarry));
        if (kept == null) return Operand.Slot;
        e.Code.Land(kept);
        flags.HostValid = 0;
        return Operand.Slot;
    }

    /// <summary>A loop that counts down has kept the carry in its last round.</summary>
    private static byte* SkipWhereGiven(Emission e)
    {
        e.Code.Arithmetic(7, 1, Place.State(StateOffset.LazyKind + FlagWord.CarryByte), FlagWord.OfCarry(CarryKind.Given, 1));
        return e.Code.JumpIf(Condition.Equal);
    }

    private static bool EmitNegate(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: true)) return false;
        e.Flags.Drop();
        Operand left = Change(e, i, size, 0xF7, 3);
        e.Flags.Set(FlagKind.Negate, size, left, Operand.None, CpuFlags.Status);
        return true;
    }

    private static bool EmitComplement(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind == OpKind.Memory)
        {
            if (!e.Memory.TryReach(i, size, write: true)) return false;
            e.Code.Emit(Opcode.Sized(0xF7, size), size, 2, Place.Memory(HostRegister.Address));
            return true;
        }

        int target = e.Target(i.Op0Register, HostRegister.Address, reads: true);
        e.Code.Emit(Opcode.Sized(0xF7, size), size, 2, target);
        e.Finish(i.Op0Register, target);
        return true;
    }

    /// <summary>Applies an operation with one operand.</summary>
    /// <returns>Where the result is found.</returns>
    private static Operand Change(Emission e, in Instruction i, int size, uint opcode, int extension)
    {
        if (i.Op0Kind == OpKind.Memory)
        {
            e.Code.Emit(Opcode.Sized(opcode, size), size, extension, Place.Memory(HostRegister.Address));
            return e.MemoryOperand;
        }

        int target = e.Target(i.Op0Register, HostRegister.Address, reads: true);
        e.Code.Emit(Opcode.Sized(opcode, size), size, extension, target);
        e.Finish(i.Op0Register, target);
        return Operands.IsHighByte(i.Op0Register) ? Keep(e, target) : Operand.Guest(GuestRegister.NumberOf(i.Op0Register));
    }

    private static Operand Keep(Emission e, int host)
    {
        if (e.FlagsLive) e.Code.Emit(Opcode.Store, 8, host, Place.State(StateOffset.LazyLeft));
        return Operand.Slot;
    }
}
