using Iced.Intel;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>SETcc and CMOVcc.</summary>
internal static class Conditionals
{
    public static void Register(EmitterTable table)
    {
        foreach (Mnemonic set in (Mnemonic[])[
            Mnemonic.Seto, Mnemonic.Setno, Mnemonic.Setb, Mnemonic.Setae, Mnemonic.Sete, Mnemonic.Setne, Mnemonic.Setbe, Mnemonic.Seta,
            Mnemonic.Sets, Mnemonic.Setns, Mnemonic.Setp, Mnemonic.Setnp, Mnemonic.Setl, Mnemonic.Setge, Mnemonic.Setle, Mnemonic.Setg])
            table.Bind(set, EmitSet, exits: true);
        foreach (Mnemonic move in (Mnemonic[])[
            Mnemonic.Cmovo, Mnemonic.Cmovno, Mnemonic.Cmovb, Mnemonic.Cmovae, Mnemonic.Cmove, Mnemonic.Cmovne, Mnemonic.Cmovbe, Mnemonic.Cmova,
            Mnemonic.Cmovs, Mnemonic.Cmovns, Mnemonic.Cmovp, Mnemonic.Cmovnp, Mnemonic.Cmovl, Mnemonic.Cmovge, Mnemonic.Cmovle, Mnemonic.Cmovg])
            table.Bind(move, EmitMove, exits: true);
    }

    private static bool EmitSet(Emission e, in Instruction i)
    {
        int condition = Condition.Of(i);
        if (i.Op0Kind == OpKind.Memory)
        {
            if (!e.Memory.TryReach(i, 1, write: true)) return false;
            e.NeedFlags(Condition.Flags(condition));
            e.Code.Emit(Opcode.SetCondition | (uint)condition, 1, 0, Place.Memory(HostRegister.Address));
            return true;
        }

        e.NeedFlags(Condition.Flags(condition));
        int target = e.Target(i.Op0Register, HostRegister.Address, reads: true);
        e.Code.Emit(Opcode.SetCondition | (uint)condition, 1, 0, target);
        e.Finish(i.Op0Register, target);
        return true;
    }

    private static bool EmitMove(Emission e, in Instruction i)
    {
        int size = Operands.SizeOf(i, 0);
        int condition = Condition.Of(i);
        bool memory = i.Op1Kind == OpKind.Memory;
        if (memory && !e.Memory.TryReach(i, size, write: false)) return false;
        e.NeedFlags(Condition.Flags(condition));
        Place source = memory ? Place.Memory(HostRegister.Address) : e.Source(i.Op1Register, HostRegister.Address);
        int target = e.Target(i.Op0Register, HostRegister.Scratch, reads: true);
        e.Code.Emit(Opcode.Map0F | 0x40 | (uint)condition, size, target, source);
        e.Finish(i.Op0Register, target);
        return true;
    }
}
