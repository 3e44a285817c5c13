using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST.</summary>
internal static class Arithmetic
{
    private const int Or = 1;
    private const int AddWithCarry = 2;
    private const int SubtractWithBorrow = 3;
    private const int And = 4;
    private const int Subtract = 5;
    private const int Xor = 6;
    private const int Compare = 7;

    public static void Register(EmitterTable table)
    {
        Mnemonic[] inOrder = [Mnemonic.Add, Mnemonic.Or, Mnemonic.Adc, Mnemonic.Sbb, Mnemonic.And, Mnemonic.Sub, Mnemonic.Xor, Mnemonic.Cmp];
        for (int i = 0; i < inOrder.Length; i++)
        {
            int operation = i;
            table.Bind(
                inOrder[i],
                (Emission e, in Instruction instruction) => Emit(e, instruction, operation),
                FlagEffect.Replaces,
                exits: operation is AddWithCarry or SubtractWithBorrow);
        }

        table.Bind(Mnemonic.Test, EmitTest, FlagEffect.Replaces);
    }

    private static bool Emit(Emission e, in Instruction i, int operation)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind == OpKind.Register) return EmitOnRegister(e, i, operation, size);
        return operation == Compare ? EmitCompareMemory(e, i, size) : EmitOnMemory(e, i, operation, size);
    }

    private static bool EmitOnRegister(Emission e, in Instruction i, int operation, int size)
    {
        if (i.Op1Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: false)) return false;
        TakeCarry(e, operation);
        int free = i.Op1Kind == OpKind.Memory ? HostRegister.Scratch : HostRegister.Address;
        Operand right = Operand.None;
        Place source = default;
        switch (i.Op1Kind)
        {
            case OpKind.Register: source = TakeRegister(e, i, operation, size, ref right); break;
            case OpKind.Memory when e.FlagsLive && !IsLogic(operation):
                (source, right) = (Place.Memory(HostRegister.Address), Operand.Memory);
                break;
            case OpKind.Memory: source = Place.Memory(HostRegister.Address); break;
            default: right = Operand.Constant((int)i.GetImmediate(1)); break;
        }

        e.Flags.Drop();
        int target = operation == Compare ? e.Read(i.Op0Register, free) : e.Target(i.Op0Register, free, reads: true);
        if (right.Where == OperandPlace.Constant && source == default)
            e.Code.Arithmetic(operation, size, Place.Register(target), (int)i.GetImmediate(1));
        else
            e.Code.Emit(Opcode.Sized((uint)(operation << 3 | 3), size), size, target, source);
        if (operation != Compare) e.Finish(i.Op0Register, target);
        SetFlags(e, operation, size, LeftOf(e, i.Op0Register, target), right);
        if (operation == Subtract && i.Op1Kind == OpKind.Register && i.Op0Register == i.Op1Register)
            e.Flags.Set(FlagKind.Compare, size, Operand.Constant(0), Operand.Constant(0), CpuFlags.Status);
        return true;
    }

    /// <summary>A source register, and where the flags find it when the target has changed.</summary>
    private static Place TakeRegister(Emission e, in Instruction i, int operation, int size, ref Operand right)
    {
        Place source = e.Source(i.Op1Register, HostRegister.Scratch);
        if (IsLogic(operation)) return source;
        int guest = GuestRegister.NumberOf(i.Op1Register);
        bool same = i.Op0Register == i.Op1Register;
        if (same && operation is Subtract or SubtractWithBorrow && i.Op0Register == i.Op1Register)
        {
            right = Operand.Constant(0);
            return source;
        }

        bool stays = !Operands.IsHighByte(i.Op1Register)
            && (operation == Compare || guest != GuestRegister.NumberOf(i.Op0Register));
        right = stays ? Operand.Guest(guest) : Operand.Slot;
        if (stays || !e.FlagsLive) return source;
        int register = source.Base;
        if (!source.IsRegister)
        {
            e.Code.Emit(Opcode.Load, 8, HostRegister.Scratch, source);
            register = HostRegister.Scratch;
        }

        e.Code.Emit(Opcode.Store, 8, register, Place.State(StateOffset.LazyRight));
        return source;
    }

    private static bool EmitOnMemory(Emission e, in Instruction i, int operation, int size)
    {
        bool fromRegister = i.Op1Kind == OpKind.Register;
        if (fromRegister && Operands.IsHighByte(i.Op1Register)) return false;
        if (!e.Memory.TryReach(i, size, write: true)) return false;
        TakeCarry(e, operation);
        Operand right = Apply(e, i, operation, size);
        SetFlags(e, operation, size, e.MemoryOperand, IsLogic(operation) ? Operand.None : right);
        return true;
    }

    private static bool EmitCompareMemory(Emission e, in Instruction i, int size)
    {
        bool fromRegister = i.Op1Kind == OpKind.Register;
        if (fromRegister && Operands.IsHighByte(i.Op1Register)) return false;
        if (!e.Memory.TryReach(i, size, write: false)) return false;
        Operand right = Apply(e, i, Compare, size);
        e.Flags.Set(FlagKind.Compare, size, e.MemoryOperand, right, CpuFlags.Status);
        return true;
    }

    /// <summary>The host's instruction on what R10 points to, with a register or a constant: the right operand.</summary>
    private static Operand Apply(Emission e, in Instruction i, int operation, int size)
    {
        Place memory = Place.Memory(HostRegister.Address);
        if (i.Op1Kind == OpKind.Register)
        {
            e.Code.Emit(Opcode.Sized((uint)(operation << 3 | 1), size), size, e.Read(i.Op1Register, HostRegister.Scratch), memory);
            return Operand.Guest(GuestRegister.NumberOf(i.Op1Register));
        }

        e.Code.Arithmetic(operation, size, memory, (int)i.GetImmediate(1));
        return Operand.Constant((int)i.GetImmediate(1));
    }

    private static bool EmitTest(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        bool fromRegister = i.Op1Kind == OpKind.Register;
        if (fromRegister && Operands.IsHighByte(i.Op1Register)) return false;
        Operand left;
        Place tested = Place.Memory(HostRegister.Address);
        int free = HostRegister.Scratch;
        if (i.Op0Kind == OpKind.Register)
        {
            int register = e.Read(i.Op0Register, HostRegister.Scratch);
            left = LeftOf(e, i.Op0Register, register);
            (tested, free) = (Place.Register(register), HostRegister.Address);
        }
        else
        {
            if (!e.Memory.TryReach(i, size, write: false)) return false;
            left = e.MemoryOperand;
        }

        const uint valid = CpuFlags.Status & ~CpuFlags.Adjust;
        if (!fromRegister)
        {
            e.Code.Emit(size == 1 ? 0xF6 | Opcode.BytePlace : 0xF7, size, 0, tested);
            e.Code.Immediate(size, (int)i.GetImmediate(1));
            e.Flags.Set(FlagKind.Test, size, left, Operand.Constant((int)i.GetImmediate(1)), valid);
            return true;
        }

        int other = e.Read(i.Op1Register, free);
        e.Code.Emit(Opcode.Sized(Opcode.Test, size), size, other, tested);
        if (i.Op0Kind == OpKind.Register && i.Op0Register == i.Op1Register) e.Flags.Set(FlagKind.Logic, size, left, Operand.None, valid);
        else e.Flags.Set(FlagKind.Test, size, left, Operand.Guest(GuestRegister.NumberOf(i.Op1Register)), valid);
        return true;
    }

    /// <summary>ADC and SBB: CF comes into the host's, and is kept if somebody may ask for the flags.</summary>
    private static void TakeCarry(Emission e, int operation)
    {
        if (operation is not (AddWithCarry or SubtractWithBorrow)) return;
        e.NeedFlags(CpuFlags.Carry);
        if (e.FlagsLive) e.Code.Emit(Opcode.SetCondition | Condition.Below, 1, 0, Place.State(StateOffset.LazyOwnCarry));
    }

    private static Operand LeftOf(Emission e, Register register, int host)
    {
        if (!Operands.IsHighByte(register)) return Operand.Guest(GuestRegister.NumberOf(register));
        if (e.FlagsLive) e.Code.Emit(Opcode.Store, 8, host, Place.State(StateOffset.LazyLeft));
        return Operand.Slot;
    }

    private static void SetFlags(Emission e, int operation, int size, Operand left, Operand right)
    {
        FlagKind kind = operation switch
        {
            AddWithCarry => FlagKind.SumWithCarry,
            SubtractWithBorrow => FlagKind.DifferenceWithBorrow,
            Subtract => FlagKind.Difference,
            Compare => FlagKind.Compare,
            Or or And or Xor => FlagKind.Logic,
            _ => FlagKind.Sum,
        };
        e.Flags.Set(kind, size, left, right, kind == FlagKind.Logic ? CpuFlags.Status & ~CpuFlags.Adjust : CpuFlags.Status);
    }

    private static bool IsLogic(int operation) => operation is Or or And or Xor;
}
