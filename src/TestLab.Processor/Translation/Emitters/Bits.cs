using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>BT, BTS, BTR, BTC, BSF, BSR, POPCNT.</summary>
internal static class Bits
{
    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Bt, (Emission e, in Instruction i) => EmitTest(e, i, 4), exits: true);
        table.Bind(Mnemonic.Bts, (Emission e, in Instruction i) => EmitTest(e, i, 5), exits: true);
        table.Bind(Mnemonic.Btr, (Emission e, in Instruction i) => EmitTest(e, i, 6), exits: true);
        table.Bind(Mnemonic.Btc, (Emission e, in Instruction i) => EmitTest(e, i, 7), exits: true);
        table.Bind(Mnemonic.Bsf, (Emission e, in Instruction i) => EmitScan(e, i, 0xBC), FlagEffect.Replaces);
        table.Bind(Mnemonic.Bsr, (Emission e, in Instruction i) => EmitScan(e, i, 0xBD), FlagEffect.Replaces);
        if (Popcnt.IsSupported) table.Bind(Mnemonic.Popcnt, EmitPopulation, FlagEffect.Replaces);
    }

    private static bool EmitTest(Emission e, in Instruction i, int operation)
    {
        bool isMemory = i.Op0Kind == OpKind.Memory;
        bool byRegister = i.Op1Kind == OpKind.Register;
        int size = Operands.SizeOf(i, 0);
        if (isMemory && byRegister) return EmitTestInString(e, i, operation, size);
        if (!TryPrepareCarry(e)) return false;
        if (isMemory && !e.Memory.TryReach(i, size, write: operation != 4)) return false;
        uint valid = e.Flags.Current.HostValid & CpuFlags.Zero;
        Place place = Place.Memory(HostRegister.Address);
        if (!isMemory)
        {
            int target = operation == 4
                ? e.Read(i.Op0Register, HostRegister.Address) : e.Target(i.Op0Register, HostRegister.Address, reads: true);
            place = Place.Register(target);
        }

        int number = byRegister ? e.Read(i.Op1Register, HostRegister.Scratch) : 0; // Behind the target, which uses R11.
        if (byRegister)
        {
            e.Code.Emit(Opcode.Map0F | 0x83 | (uint)operation << 3, size, number, place);
        }
        else
        {
            e.Code.Emit(Opcode.Map0F | 0xBA, size, operation, place);
            e.Code.Byte((int)i.GetImmediate(1) & (8 * size - 1));
        }

        if (!isMemory && operation != 4) e.Finish(i.Op0Register, place.Base);
        if (e.FlagsLive) e.Code.Emit(Opcode.SetCondition | Condition.Below, 1, 0, Place.State(StateOffset.LazyCarry));
        e.Flags.SetCarry(CarryKind.Given, 1, Operand.Slot);
        e.Flags.Current.HostValid = CpuFlags.Carry | valid;
        return true;
    }

    /// <summary>A string of bits: a number in a register reaches beyond the addressed word.</summary>
    private static bool EmitTestInString(Emission e, in Instruction i, int operation, int size)
    {
        int number = HostRegister.Of(GuestRegister.NumberOf(i.Op1Register));
        if (size < 4 || number == HostRegister.InState || !e.Memory.IsPlain(i) || !TryPrepareCarry(e)) return false;
        if (!e.Memory.TryForm(i, size, write: operation != 4)) return false;
        const int value = HostRegister.Scratch;
        e.Code.Emit(size == 8 ? Opcode.Load : 0x63, 8, value, number);
        e.Code.Emit(0xC1, 8, 7, value);
        e.Code.Byte(size == 8 ? 6 : 5);
        e.Code.Emit(Opcode.Lea, e.Word, HostRegister.Address, new Place(HostRegister.Address, value, size == 8 ? 3 : 2, 0, false));
        e.Memory.Check(size, write: operation != 4, e.Memory.SlotOf(i, size, write: operation != 4));
        Place memory = Place.Memory(HostRegister.Address);
        e.Code.Emit(Opcode.Load, size, value, memory);
        e.Code.Emit(Opcode.Map0F | 0x83 | (uint)operation << 3, size, number, value);
        if (operation != 4) e.Code.Emit(Opcode.Store, size, value, memory);
        if (e.FlagsLive) e.Code.Emit(Opcode.SetCondition | Condition.Below, 1, 0, Place.State(StateOffset.LazyCarry));
        e.Flags.SetCarry(CarryKind.Given, 1, Operand.Slot);
        e.Flags.Current.HostValid = CpuFlags.Carry;
        return true;
    }

    /// <summary>CF alone is about to be replaced; a rotation before it has an OF to keep, which is the interpreter's.</summary>
    public static bool TryPrepareCarry(Emission e)
    {
        ref FlagState flags = ref e.Flags.Current;
        if (!e.FlagsLive) return true;
        if (flags.CarryKind is CarryKind.RotateLeft or CarryKind.RotateRight) return false;
        if (!flags.InState || flags.CarryKind != CarryKind.None) return true;
        e.Code.Emit(0xF6 | Opcode.BytePlace, 1, 0, Place.State(StateOffset.LazyKind + FlagWord.CarryByte));
        e.Code.Byte((int)CarryKind.RotateLeft);
        e.Exits.LeaveIf(Condition.NotEqual);
        flags.HostValid = 0;
        return true;
    }

    /// <summary>Of zero the result stays as it was, on all hosts and with all its bits.</summary>
    private static unsafe bool EmitScan(Emission e, in Instruction i, uint opcode)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op1Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: false)) return false;
        const int source = HostRegister.Scratch;
        Place place = i.Op1Kind == OpKind.Memory ? Place.Memory(HostRegister.Address) : e.Source(i.Op1Register, source);
        e.Code.Emit(Opcode.Load, size, source, place);
        e.Flags.Drop();
        int target = e.Target(i.Op0Register, HostRegister.Address, reads: true);
        if (e.FlagsLive) e.Code.Emit(Opcode.Store, 8, source, Place.State(StateOffset.LazyLeft));
        e.Code.Emit(Opcode.Test, size, source, source);
        byte* zero = e.Code.JumpIf(Condition.Equal);
        e.Code.Emit(Opcode.Map0F | opcode, size, target, source);
        e.Code.Land(zero);
        e.Finish(i.Op0Register, target);
        e.Flags.Set(FlagKind.Scan, size, Operand.Slot, Operand.None, CpuFlags.Zero);
        return true;
    }

    private static bool EmitPopulation(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op1Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: false)) return false;
        Place source = i.Op1Kind == OpKind.Memory ? Place.Memory(HostRegister.Address) : e.Source(i.Op1Register, HostRegister.Address);
        e.Flags.Drop();
        int target = e.Target(i.Op0Register, HostRegister.Scratch, reads: false);
        e.Code.Emit(Opcode.Map0F | Opcode.PrefixF3 | 0xB8, size, target, source);
        e.Finish(i.Op0Register, target);
        e.Flags.Set(FlagKind.Population, size, Operand.Guest(GuestRegister.NumberOf(i.Op0Register)), Operand.None, CpuFlags.Status);
        return true;
    }
}
