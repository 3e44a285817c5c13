using Iced.Intel;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>MOV, LEA, XCHG, BSWAP, MOVZX, MOVSX, MOVSXD, CBW to CQO.</summary>
internal static class Moves
{
    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Mov, EmitMove);
        table.Bind(Mnemonic.Movnti, EmitMove);
        table.Bind(Mnemonic.Lea, EmitLea);
        table.Bind(Mnemonic.Xchg, EmitExchange);
        table.Bind(Mnemonic.Bswap, EmitSwap);
        table.Bind(Mnemonic.Movzx, (Emission e, in Instruction i) =>
            EmitExtension(e, i, Operands.SizeOf(i, 1) == 1 ? Opcode.ZeroExtendByte : Opcode.ZeroExtendWord));
        table.Bind(Mnemonic.Movsx, (Emission e, in Instruction i) =>
            EmitExtension(e, i, Operands.SizeOf(i, 1) == 1 ? Opcode.Map0F | Opcode.BytePlace | 0xBE : Opcode.Map0F | 0xBF));
        table.Bind(Mnemonic.Movsxd, (Emission e, in Instruction i) => Operands.SizeOf(i, 0) == 8 && EmitExtension(e, i, 0x63));
        BindWidening(table, 0x98, GuestRegister.Rax, Mnemonic.Cbw, Mnemonic.Cwde, Mnemonic.Cdqe);
        BindWidening(table, 0x99, GuestRegister.Rdx, Mnemonic.Cwd, Mnemonic.Cdq, Mnemonic.Cqo);
    }

    private static void BindWidening(EmitterTable table, int opcode, int changed, Mnemonic by2, Mnemonic by4, Mnemonic by8)
    {
        Bind(by2, 0x66);
        Bind(by4, null);
        Bind(by8, 0x48);

        void Bind(Mnemonic mnemonic, int? prefix) => table.Bind(mnemonic, (Emission e, in Instruction i) =>
        {
            e.Flags.Save(changed, e.FlagsLive);
            if (prefix is { } value) e.Code.Byte(value);
            e.Code.Byte(opcode);
            return true;
        });
    }

    private static bool EmitMove(Emission e, in Instruction i)
    {
        if (!Operands.IsGeneral(i, 0) || !Operands.IsGeneral(i, 1)) return false;
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind == OpKind.Memory) return EmitStore(e, i, size);
        if (i.Op1Kind == OpKind.Memory && !e.Memory.TryReach(i, size, write: false)) return false;
        switch (i.Op1Kind)
        {
            case OpKind.Register:
                Place source = e.Source(i.Op1Register, HostRegister.Scratch);
                int target = e.Target(i.Op0Register, HostRegister.Address, reads: false);
                e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, target, source);
                e.Finish(i.Op0Register, target);
                return true;
            case OpKind.Memory:
                int loaded = e.Target(i.Op0Register, HostRegister.Scratch, reads: false);
                e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, loaded, Place.Memory(HostRegister.Address));
                e.Finish(i.Op0Register, loaded);
                return true;
            default:
                int constant = e.Target(i.Op0Register, HostRegister.Address, reads: false);
                EmitConstant(e, constant, size, i.GetImmediate(1));
                e.Finish(i.Op0Register, constant);
                return true;
        }
    }

    private static void EmitConstant(Emission e, int target, int size, ulong value)
    {
        if (size >= 4)
        {
            e.Code.LoadConstant(target, size == 4 ? (uint)value : value);
            return;
        }

        e.Code.Emit(Opcode.Sized(0xC7, size), size, 0, target);
        e.Code.Immediate(size, (int)value);
    }

    private static bool EmitStore(Emission e, in Instruction i, int size)
    {
        if (!e.Memory.TryReach(i, size, write: true)) return false;
        Place memory = Place.Memory(HostRegister.Address);
        if (i.Op1Kind == OpKind.Register)
        {
            e.Code.Emit(Opcode.Sized(Opcode.Store, size), size, e.Read(i.Op1Register, HostRegister.Scratch), memory);
            return true;
        }

        e.Code.Emit(Opcode.Sized(0xC7, size), size, 0, memory);
        e.Code.Immediate(size, (int)i.GetImmediate(1));
        return true;
    }

    private static bool EmitLea(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op1Kind != OpKind.Memory) return false;
        if (size == 2)
        {
            // The rest of the register stays, so it is needed together with the address.
            if (!e.Memory.TryFormOffset(i, HostRegister.Address, 4)) return false;
            int merged = e.Target(i.Op0Register, HostRegister.Scratch, reads: true);
            e.Code.Emit(Opcode.Load, 2, merged, HostRegister.Address);
            e.Finish(i.Op0Register, merged);
            return true;
        }

        // The address may name the register itself: what the flags need of it is saved first, but it is not changed yet.
        int target = e.Target(i.Op0Register, HostRegister.Address, reads: false);
        if (!e.Memory.TryFormOffset(i, target, size)) return false;
        e.Finish(i.Op0Register, target);
        return true;
    }

    private static bool EmitExchange(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        bool first = i.Op0Kind == OpKind.Memory;
        if (!first && i.Op1Kind != OpKind.Memory)
        {
            if (Operands.IsHighByte(i.Op0Register) || Operands.IsHighByte(i.Op1Register)) return false;
            int left = e.Target(i.Op0Register, HostRegister.Address, reads: true);
            int right = e.Target(i.Op1Register, HostRegister.Scratch, reads: true);
            e.Code.Emit(Opcode.Sized(0x87, size), size, left, right);
            e.Finish(i.Op0Register, left);
            e.Finish(i.Op1Register, right);
            return true;
        }

        Register register = first ? i.Op1Register : i.Op0Register;
        if (!e.Memory.TryReach(i, size, write: true)) return false;
        Place memory = Place.Memory(HostRegister.Address);
        int target = e.Target(register, HostRegister.Scratch, reads: true);
        if (target == HostRegister.Scratch)
        {
            e.Code.Emit(Opcode.Sized(0x87, size), size, target, memory);
        }
        else
        {
            // Without the lock that the instruction implies on the host.
            e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, HostRegister.Scratch, memory);
            e.Code.Emit(Opcode.Sized(Opcode.Store, size), size, target, memory);
            e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, target, HostRegister.Scratch);
        }

        e.Finish(register, target);
        return true;
    }

    private static bool EmitSwap(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        if (size < 4) return false;
        int target = e.Target(i.Op0Register, HostRegister.Address, reads: true);
        int rex = (size == 8 ? 0x48 : 0x40) | target >> 3;
        if (rex != 0x40) e.Code.Byte(rex);
        e.Code.Byte(0x0F);
        e.Code.Byte(0xC8 | (target & 7));
        e.Finish(i.Op0Register, target);
        return true;
    }

    private static bool EmitExtension(Emission e, in Instruction i, uint opcode)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op1Kind == OpKind.Memory)
        {
            if (!e.Memory.TryReach(i, Operands.SizeOf(i, 1), write: false)) return false;
            int loaded = e.Target(i.Op0Register, HostRegister.Scratch, reads: false);
            e.Code.Emit(opcode, size, loaded, Place.Memory(HostRegister.Address));
            e.Finish(i.Op0Register, loaded);
            return true;
        }

        Place source = e.Source(i.Op1Register, HostRegister.Scratch);
        int target = e.Target(i.Op0Register, HostRegister.Address, reads: false);
        e.Code.Emit(opcode, size, target, source);
        e.Finish(i.Op0Register, target);
        return true;
    }
}
