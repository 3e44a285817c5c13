using Iced.Intel;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>PUSH, POP and LEAVE of whole stack words.</summary>
internal static class StackMoves
{
    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Push, EmitPush, exits: true);
        table.Bind(Mnemonic.Pop, EmitPop, exits: true);
        table.Bind(Mnemonic.Leave, EmitLeave, exits: true);
    }

    /// <summary>Moves the guest's stack pointer; no flag changes.</summary>
    public static void Move(Emission e, int distance)
    {
        int pointer = HostRegister.Of(GuestRegister.Rsp);
        e.Flags.Save(GuestRegister.Rsp, e.FlagsLive);
        e.Code.Emit(Opcode.Lea, e.Word, pointer, Place.Memory(pointer, distance));
    }

    /// <summary>Whether the stack is the flat one of the mode, for words of its size.</summary>
    public static unsafe bool IsPlain(Emission e, in Instruction i) =>
        (e.Is64 || (e.Block->Mode & CpuMode.Stack32) != 0) && Math.Abs(i.StackPointerIncrement) == e.Word;

    private static bool EmitPush(Emission e, in Instruction i)
    {
        if (!IsPlain(e, i) || !Operands.IsGeneral(i, 0)) return false;
        if (i.Op0Kind == OpKind.Memory) return EmitPushMemory(e, i);
        e.Memory.ReachStack(-e.Word, e.Word, write: true);
        Place memory = Place.Memory(HostRegister.Address);
        if (i.Op0Kind == OpKind.Register)
        {
            e.Code.Emit(Opcode.Store, e.Word, e.Read(i.Op0Register, HostRegister.Scratch), memory);
        }
        else
        {
            e.Code.Emit(0xC7, e.Word, 0, memory);
            e.Code.Int32((int)i.GetImmediate(0));
        }

        Move(e, -e.Word);
        return true;
    }

    private static bool EmitPushMemory(Emission e, in Instruction i)
    {
        if (!e.Memory.TryReach(i, e.Word, write: false)) return false;
        Place kept = Place.Memory(HostRegister.Rsp);
        e.Code.Emit(Opcode.Load, e.Word, HostRegister.Scratch, Place.Memory(HostRegister.Address));
        e.Code.Emit(Opcode.Store, 8, HostRegister.Scratch, kept);
        e.Memory.ReachStack(-e.Word, e.Word, write: true);
        e.Code.Emit(Opcode.Load, 8, HostRegister.Scratch, kept);
        e.Code.Emit(Opcode.Store, e.Word, HostRegister.Scratch, Place.Memory(HostRegister.Address));
        Move(e, -e.Word);
        return true;
    }

    private static bool EmitPop(Emission e, in Instruction i)
    {
        if (!IsPlain(e, i) || i.Op0Kind != OpKind.Register || !Operands.IsGeneral(i, 0)) return false;
        e.Memory.ReachStack(0, e.Word, write: false);
        // Before the load: POP of the stack pointer keeps what it popped.
        Move(e, e.Word);
        int target = e.Target(i.Op0Register, HostRegister.Scratch, reads: false);
        e.Code.Emit(Opcode.Load, e.Word, target, Place.Memory(HostRegister.Address));
        e.Finish(i.Op0Register, target);
        return true;
    }

    private static bool EmitLeave(Emission e, in Instruction i)
    {
        if (i.Code != (e.Is64 ? Iced.Intel.Code.Leaveq : Iced.Intel.Code.Leaved)) return false;
        if (!e.Is64 && !IsStack32(e)) return false;
        int frame = HostRegister.Of(GuestRegister.Rbp);
        int pointer = HostRegister.Of(GuestRegister.Rsp);
        e.Code.Emit(Opcode.Lea, e.Word, HostRegister.Address, Place.Memory(frame));
        e.Memory.Check(e.Word, write: false, SlotAllocator.OfStack(write: false));
        e.Flags.Save(GuestRegister.Rsp, e.FlagsLive);
        e.Flags.Save(GuestRegister.Rbp, e.FlagsLive);
        e.Code.Emit(Opcode.Lea, e.Word, pointer, Place.Memory(frame, e.Word));
        e.Code.Emit(Opcode.Load, e.Word, frame, Place.Memory(HostRegister.Address));
        return true;
    }

    private static unsafe bool IsStack32(Emission e) => (e.Block->Mode & CpuMode.Stack32) != 0;
}
