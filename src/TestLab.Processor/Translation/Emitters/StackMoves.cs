using Iced.Intel;
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
        e.Code.Emit(Opcode.Lea, e.StackPointerBytes, pointer, Place.Memory(pointer, distance));
    }

    /// <summary>Bytes of the word that is pushed or popped; 0 where that is left to the interpreter.</summary>
    private static int WordOf(Emission e, in Instruction i)
    {
        int word = Math.Abs(i.StackPointerIncrement);
        return Operands.IsGeneral(i, 0) && (word == e.Word || !e.Is64) ? word : 0;
    }

    private static bool EmitPush(Emission e, in Instruction i)
    {
        int word = WordOf(e, i);
        if (word == 0) return false;
        if (i.Op0Kind == OpKind.Memory) return EmitPushMemory(e, i, word);
        e.Memory.ReachStack(-word, word, write: true);
        Place memory = Place.Memory(HostRegister.Address);
        if (i.Op0Kind == OpKind.Register)
        {
            e.Code.Emit(Opcode.Store, word, e.Read(i.Op0Register, HostRegister.Scratch), memory);
        }
        else
        {
            e.Code.Emit(0xC7, word, 0, memory);
            e.Code.Immediate(word, (int)i.GetImmediate(0));
        }

        Move(e, -word);
        return true;
    }

    private static bool EmitPushMemory(Emission e, in Instruction i, int word)
    {
        if (!e.Memory.TryReach(i, word, write: false)) return false;
        Place kept = Place.Memory(HostRegister.Rsp);
        e.Code.Emit(Opcode.Load, word, HostRegister.Scratch, Place.Memory(HostRegister.Address));
        e.Code.Emit(Opcode.Store, 8, HostRegister.Scratch, kept);
        e.Memory.ReachStack(-word, word, write: true);
        e.Code.Emit(Opcode.Load, 8, HostRegister.Scratch, kept);
        e.Code.Emit(Opcode.Store, word, HostRegister.Scratch, Place.Memory(HostRegister.Address));
        Move(e, -word);
        return true;
    }

    private static bool EmitPop(Emission e, in Instruction i)
    {
        int word = WordOf(e, i);
        if (word == 0 || i.Op0Kind != OpKind.Register) return false;
        e.Memory.ReachStack(0, word, write: false);
        // Before the load: POP of the stack pointer keeps what it popped.
        Move(e, word);
        int target = e.Target(i.Op0Register, HostRegister.Scratch, reads: false);
        e.Code.Emit(Opcode.Load, word, target, Place.Memory(HostRegister.Address));
        e.Finish(i.Op0Register, target);
        return true;
    }

    private static bool EmitLeave(Emission e, in Instruction i)
    {
        int word = i.Code switch { Code.Leaveq => 8, Code.Leaved => 4, _ => 2 };
        if (word != e.Word) return false;
        int frame = HostRegister.Of(GuestRegister.Rbp);
        int pointer = HostRegister.Of(GuestRegister.Rsp);
        e.Memory.FormInStack(GuestRegister.Rbp, 0, word, write: false);
        e.Memory.Check(word, write: false, SlotAllocator.OfStack(write: false));
        e.Flags.Save(GuestRegister.Rsp, e.FlagsLive);
        e.Flags.Save(GuestRegister.Rbp, e.FlagsLive);
        e.Code.Emit(Opcode.Lea, e.StackPointerBytes, pointer, Place.Memory(frame, word));
        e.Code.Emit(Opcode.Load, word, frame, Place.Memory(HostRegister.Address));
        return true;
    }
}
