using Iced.Intel;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;
using CpuFlags = TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>CLC, STC, CLD, STD, and what does nothing.</summary>
internal static class FlagMoves
{

    public static void Register(EmitterTable table)
    {
        table.Bind(Mnemonic.Clc, (Emission e, in Instruction i) => EmitCarry(e, 0), exits: true);
        table.Bind(Mnemonic.Stc, (Emission e, in Instruction i) => EmitCarry(e, 1), exits: true);
        table.Bind(Mnemonic.Cld, (Emission e, in Instruction i) => EmitDirection(e, 4, ~(int)SystemFlags.Direction));
        table.Bind(Mnemonic.Std, (Emission e, in Instruction i) => EmitDirection(e, 1, (int)SystemFlags.Direction));
        foreach (Mnemonic nothing in (Mnemonic[])[Mnemonic.Nop, Mnemonic.Reservednop, Mnemonic.Pause, Mnemonic.Endbr32, Mnemonic.Endbr64])
            table.Bind(nothing, (Emission e, in Instruction i) => true);
    }

    private static bool EmitCarry(Emission e, int carry)
    {
        if (!Bits.TryPrepareCarry(e)) return false;
        e.Flags.SetCarry(CarryKind.Given, 1, Operand.Constant(carry));
        e.Flags.Current.HostValid &= ~CpuFlags.Carry;
        return true;
    }

    private static bool EmitDirection(Emission e, int operation, int mask)
    {
        e.Code.Arithmetic(operation, 4, Place.State(StateOffset.SystemFlags), mask);
        e.Flags.Current.HostValid = 0;
        return true;
    }
}
