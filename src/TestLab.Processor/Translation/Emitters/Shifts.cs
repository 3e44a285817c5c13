using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD.</summary>
internal static class Shifts
{
    private const int RotateLeft = 0;
    private const int RotateRight = 1;
    private const int RotateLeftThroughCarry = 2;
    private const int RotateRightThroughCarry = 3;
    private const int Left = 4;
    private const int Right = 5;
    private const int ArithmeticRight = 7;

    public static void Register(EmitterTable table)
    {
        Bind(table, RotateLeft, Mnemonic.Rol);
        Bind(table, RotateRight, Mnemonic.Ror);
        Bind(table, RotateLeftThroughCarry, Mnemonic.Rcl);
        Bind(table, RotateRightThroughCarry, Mnemonic.Rcr);
        Bind(table, Left, Mnemonic.Shl);
        Bind(table, Left, Mnemonic.Sal);
        Bind(table, Right, Mnemonic.Shr);
        Bind(table, ArithmeticRight, Mnemonic.Sar);
        table.Bind(Mnemonic.Shld, (Emission e, in Instruction i) => EmitDouble(e, i, 0xA4));
        table.Bind(Mnemonic.Shrd, (Emission e, in Instruction i) => EmitDouble(e, i, 0xAC));
    }

    /// <summary>A shift by a constant that is not zero.</summary>
    public static bool ReplacesFlags(in Instruction i) =>
        i.Mnemonic is Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr or Mnemonic.Sar && i.Op1Kind != OpKind.Register
        && (i.GetImmediate(1) & (Operands.SizeOf(i, 0) == 8 ? 63ul : 31)) != 0;

    private static void Bind(EmitterTable table, int operation, Mnemonic mnemonic) => table.Bind(
        mnemonic,
        (Emission e, in Instruction i) => Emit(e, i, operation),
        exits: operation is RotateLeftThroughCarry or RotateRightThroughCarry);

    private static bool Emit(Emission e, in Instruction i, int operation)
    {
        int size = Operands.SizeOf(i, 0);
        bool byCounter = i.Op1Kind == OpKind.Register;
        int count = byCounter ? 0 : (int)i.GetImmediate(1) & (size == 8 ? 63 : 31);
        bool rotates = operation < Left;
        bool throughCarry = operation is RotateLeftThroughCarry or RotateRightThroughCarry;
        if (e.FlagsLive && (throughCarry || (byCounter && rotates))) return false;
        if (i.Op0Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: true)) return false;
        if (throughCarry) e.NeedFlags(CpuFlags.Carry);

        bool isMemory = i.Op0Kind == OpKind.Memory;
        int target = HostRegister.Scratch;
        bool replaces = !rotates && !byCounter && count != 0;
        if (replaces) e.Flags.Drop();
        if (e.FlagsLive && byCounter)
        {
            // By a count of zero the flags stay, so the description is decided when the code runs.
            e.Flags.Flush();
            if (isMemory) return EmitByCounterOnMemory(e, size, operation);
        }

        if (isMemory) e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, target, Place.Memory(HostRegister.Address));
        else target = e.Target(i.Op0Register, HostRegister.Address, reads: true);
        if (e.FlagsLive && byCounter) DescribeByCounter(e, size, operation, target);
        else if (e.FlagsLive && replaces) e.Code.Emit(Opcode.Store, 8, target, Place.State(StateOffset.LazyLeft));
        EmitShift(e, size, operation, target, byCounter, count);
        if (isMemory) e.Code.Emit(Opcode.Sized(Opcode.Store, size), size, target, Place.Memory(HostRegister.Address));
        else e.Finish(i.Op0Register, target);
        SetFlags(e, i, size, operation, count, target, byCounter);
        return true;
    }

    /// <summary>Writes the description, if the count is not zero; R11 is used.</summary>
    private static void DescribeByCounter(Emission e, int size, int operation, int target)
    {
        Place counter = Place.Register(HostRegister.Rcx);
        int mask = size == 8 ? 63 : 31;
        e.Code.Emit(0xF6 | Opcode.BytePlace, 1, 0, counter);
        e.Code.Byte(mask);
        unsafe
        {
            byte* zero = e.Code.JumpIf(Condition.Equal);
            e.Code.Emit(Opcode.Store, 8, target, Place.State(StateOffset.LazyLeft));
            e.Code.Emit(Opcode.ZeroExtendByte, 4, HostRegister.Scratch, counter);
            e.Code.Arithmetic(4, 4, Place.Register(HostRegister.Scratch), mask);
            e.Code.Emit(Opcode.Store, 8, HostRegister.Scratch, Place.State(StateOffset.LazyRight));
            e.Code.StoreConstant(Place.State(StateOffset.LazyKind), FlagWord.Of(KindOf(operation), size));
            e.Code.Land(zero);
        }
    }

    private static bool EmitByCounterOnMemory(Emission e, int size, int operation)
    {
        Place memory = Place.Memory(HostRegister.Address);
        e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, HostRegister.Scratch, memory);
        e.Code.Emit(Opcode.Sized(0xD3, size), size, operation, memory);
        DescribeOld(e, size, operation);
        e.Flags.Current.HostValid = 0;
        return true;
    }

    /// <summary>As <see cref="DescribeByCounter"/>, of the old value in R11; R10 is used.</summary>
    private static unsafe void DescribeOld(Emission e, int size, int operation)
    {
        int mask = size == 8 ? 63 : 31;
        e.Code.Emit(Opcode.ZeroExtendByte, 4, HostRegister.Address, Place.Register(HostRegister.Rcx));
        e.Code.Arithmetic(4, 4, Place.Register(HostRegister.Address), mask);
        byte* zero = e.Code.JumpIf(Condition.Equal);
        e.Code.Emit(Opcode.Store, 8, HostRegister.Scratch, Place.State(StateOffset.LazyLeft));
        e.Code.Emit(Opcode.Store, 8, HostRegister.Address, Place.State(StateOffset.LazyRight));
        e.Code.StoreConstant(Place.State(StateOffset.LazyKind), FlagWord.Of(KindOf(operation), size));
        e.Code.Land(zero);
    }

    private static void EmitShift(Emission e, int size, int operation, int target, bool byCounter, int count)
    {
        if (byCounter)
        {
            e.Code.Emit(Opcode.Sized(0xD3, size), size, operation, target);
            return;
        }

        e.Code.Emit(Opcode.Sized(0xC1, size), size, operation, target);
        e.Code.Byte(count);
    }

    private static void SetFlags(Emission e, in Instruction i, int size, int operation, int count, int target, bool byCounter)
    {
        ref FlagState flags = ref e.Flags.Current;
        if (byCounter)
        {
            flags.HostValid = 0;
            return;
        }

        if (count == 0) return;
        bool ordinary = count < 8 * size;
        if (operation >= Left)
        {
            uint valid = CpuFlags.Sign | CpuFlags.Zero | CpuFlags.Parity;
            if (ordinary) valid |= CpuFlags.Carry;
            if (count == 1) valid |= CpuFlags.Overflow;
            e.Flags.Set(KindOf(operation), size, Operand.Slot, Operand.Constant(count), valid);
            return;
        }

        flags.HostValid &= ~(CpuFlags.Carry | CpuFlags.Overflow);
        if (ordinary) flags.HostValid |= CpuFlags.Carry;
        if (operation is RotateLeftThroughCarry or RotateRightThroughCarry) return;
        Operand result = Operand.Slot;
        if (i.Op0Kind == OpKind.Register && !Operands.IsHighByte(i.Op0Register)) result = Operand.Guest(GuestRegister.NumberOf(i.Op0Register));
        else if (e.FlagsLive) e.Code.Emit(Opcode.Store, 8, target, Place.State(StateOffset.LazyCarry));
        e.Flags.SetCarry(operation == RotateLeft ? CarryKind.RotateLeft : CarryKind.RotateRight, size, result);
    }

    private static bool EmitDouble(Emission e, in Instruction i, uint opcode)
    {
        int size = Operands.SizeOf(i, 0);
        if (e.FlagsLive || size < 4 || i.Op0Kind != OpKind.Register) return false;
        bool byCounter = i.Op2Kind == OpKind.Register;
        int source = e.Read(i.Op1Register, HostRegister.Scratch);
        int target = e.Target(i.Op0Register, HostRegister.Address, reads: true);
        e.Code.Emit(Opcode.Map0F | opcode | (byCounter ? 1u : 0), size, source, target);
        if (!byCounter) e.Code.Byte((int)i.GetImmediate(2));
        e.Finish(i.Op0Register, target);
        e.Flags.Current.HostValid = 0;
        return true;
    }

    private static FlagKind KindOf(int operation) => operation switch
    {
        Left => FlagKind.ShiftLeft,
        Right => FlagKind.ShiftRight,
        _ => FlagKind.ShiftArithmetic,
    };
}
