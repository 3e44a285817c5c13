using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>MUL, IMUL, DIV, IDIV.</summary>
/// <remarks>A division that would trap on the host never reaches it: what is not surely in range is the interpreter's.</remarks>
internal static class Products
{
    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Mul, (Emission e, in Instruction i) => EmitWide(e, i, 4), FlagEffect.Replaces);
        table.Bind(Mnemonic.Imul, EmitSigned, FlagEffect.Replaces);
        table.Bind(Mnemonic.Div, EmitDivision, exits: true);
        table.Bind(Mnemonic.Idiv, EmitSignedDivision, exits: true);
    }

    private static bool EmitSigned(Emission e, in Instruction i)
    {
        if (i.OpCount == 1) return EmitWide(e, i, 5);
        int size = Operands.SizeOf(i, 0);
        if (i.Op1Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: false)) return false;
        Place source = i.Op1Kind == OpKind.Memory ? Place.Memory(HostRegister.Address) : e.Source(i.Op1Register, HostRegister.Address);
        e.Flags.Drop();
        int target = e.Target(i.Op0Register, HostRegister.Scratch, reads: i.OpCount == 2);
        if (i.OpCount == 2)
        {
            e.Code.Emit(Opcode.Map0F | 0xAF, size, target, source);
        }
        else
        {
            e.Code.Emit(0x69, size, target, source);
            e.Code.Immediate(size, (int)i.GetImmediate(2));
        }

        e.Finish(i.Op0Register, target);
        SetFlags(e, size, Operand.Guest(GuestRegister.NumberOf(i.Op0Register)));
        return true;
    }

    private static bool EmitWide(Emission e, in Instruction i, int extension)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: false)) return false;
        Place source = i.Op0Kind == OpKind.Memory ? Place.Memory(HostRegister.Address) : e.Source(i.Op0Register, HostRegister.Scratch);
        e.Flags.Drop();
        e.Code.Emit(Opcode.Sized(0xF7, size), size, extension, source);
        SetFlags(e, size, Operand.Guest(GuestRegister.Rax));
        return true;
    }

    private static void SetFlags(Emission e, int size, Operand low)
    {
        if (e.FlagsLive) e.Code.Emit(Opcode.SetCondition | Condition.Below, 1, 0, Place.State(StateOffset.LazyOwnCarry));
        e.Flags.Set(FlagKind.Product, size, low, Operand.None, CpuFlags.Carry | CpuFlags.Overflow);
    }

    private static bool EmitDivision(Emission e, in Instruction i)
    {
        if (!TryTakeDivisor(e, i, out int size, out Place divisor)) return false;
        // The quotient fits where the upper half is below the divisor, which is not zero then either.
        e.Code.Emit(Opcode.Cmp, size, HostRegister.Rdx, divisor);
        e.Exits.LeaveIf(Condition.NotBelow);
        Divide(e, size, 6, divisor);
        return true;
    }

    private static bool EmitSignedDivision(Emission e, in Instruction i)
    {
        if (!TryTakeDivisor(e, i, out int size, out Place divisor)) return false;
        // The usual case: the upper half is the sign of the lower, and the divisor neither 0 nor -1.
        const int scratch = HostRegister.Scratch;
        e.Code.Emit(Opcode.Load, size, scratch, HostRegister.Rax);
        e.Code.Emit(0xC1, size, 7, scratch);
        e.Code.Byte(8 * size - 1);
        e.Code.Emit(Opcode.Cmp, size, scratch, HostRegister.Rdx);
        e.Exits.LeaveIf(Condition.NotEqual);
        e.Code.Emit(Opcode.Load, size, scratch, divisor);
        e.Code.Arithmetic(0, size, Place.Register(scratch), 1);
        e.Code.Arithmetic(7, size, Place.Register(scratch), 1);
        e.Exits.LeaveIf(Condition.BelowOrEqual);
        Divide(e, size, 7, divisor);
        return true;
    }

    private static bool TryTakeDivisor(Emission e, in Instruction i, out int size, out Place divisor)
    {
        size = Operands.SizeOf(i, 0);
        divisor = default;
        if (size < 4) return false;
        if (i.Op0Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: false)) return false;
        divisor = i.Op0Kind == OpKind.Memory ? Place.Memory(HostRegister.Address) : e.Source(i.Op0Register, HostRegister.Address);
        return true;
    }

    private static void Divide(Emission e, int size, int extension, in Place divisor)
    {
        e.Flags.Save(GuestRegister.Rax, e.FlagsLive);
        e.Flags.Save(GuestRegister.Rdx, e.FlagsLive);
        e.Code.Emit(0xF7, size, extension, divisor);
        e.Flags.Current.HostValid = 0;
    }
}
