using Iced.Intel;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>CMPXCHG and XADD of memory; one processor needs no lock.</summary>
internal static class Exchanges
{
    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Cmpxchg, EmitCompare, FlagEffect.Replaces);
        table.Bind(Mnemonic.Xadd, EmitAdd, FlagEffect.Replaces);
    }

    private static unsafe bool EmitCompare(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind != OpKind.Memory || Operands.IsHighByte(i.Op1Register)) return false;
        if (!e.Memory.TryReach(i, size, write: true)) return false;
        const int old = HostRegister.Scratch;
        Place memory = Place.Memory(HostRegister.Address);
        e.Flags.Drop();
        e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, old, memory);
        if (e.FlagsLive)
        {
            e.Code.Emit(Opcode.Store, 8, HostRegister.Rax, Place.State(StateOffset.LazyLeft));
            e.Code.Emit(Opcode.Store, 8, old, Place.State(StateOffset.LazyRight));
        }

        e.Code.Emit(Opcode.Sized(Opcode.Cmp, size), size, HostRegister.Rax, old);
        byte* different = e.Code.JumpIf(Condition.NotEqual);
        e.Code.Emit(Opcode.Sized(Opcode.Store, size), size, e.Read(i.Op1Register, old), memory);
        byte* done = e.Code.Jump();
        e.Code.Land(different);
        e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, HostRegister.Rax, old);
        e.Code.Land(done);
        e.Flags.Set(FlagKind.Compare, size, Operand.Slot, Operand.Slot, CpuFlags.Status);
        return true;
    }

    private static bool EmitAdd(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        if (i.Op0Kind != OpKind.Memory || Operands.IsHighByte(i.Op1Register)) return false;
        int guest = GuestRegister.NumberOf(i.Op1Register);
        int addend = HostRegister.Of(guest);
        if (addend == HostRegister.InState || !e.Memory.TryReach(i, size, write: true)) return false;
        const int old = HostRegister.Scratch;
        Place memory = Place.Memory(HostRegister.Address);
        e.Flags.Drop();
        e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, old, memory);
        if (e.FlagsLive) e.Code.Emit(Opcode.Store, 8, addend, Place.State(StateOffset.LazyRight));
        e.Code.Emit(Opcode.Sized(0x01, size), size, addend, memory);
        if (e.FlagsLive)
        {
            e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, addend, memory);
            e.Code.Emit(Opcode.Store, 8, addend, Place.State(StateOffset.LazyLeft));
        }

        e.Code.Emit(Opcode.Sized(Opcode.Load, size), size, addend, old);
        e.Flags.Set(FlagKind.Sum, size, Operand.Slot, Operand.Slot, CpuFlags.Status);
        return true;
    }
}
