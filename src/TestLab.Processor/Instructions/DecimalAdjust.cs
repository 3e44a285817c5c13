using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>DAA, DAS, AAA, AAS, AAM, AAD (SDM volume 2, the pseudocode of each).</summary>
/// <remarks>Undefined flags: AAA and AAS take ZF, SF and PF from AL; OF is clear; AAM and AAD clear CF, AF and OF.</remarks>
internal static unsafe class DecimalAdjust
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Daa, b => b.Op->Handler = &Daa);
        table.Bind(Mnemonic.Das, b => b.Op->Handler = &Das);
        table.Bind(Mnemonic.Aaa, b => b.Op->Handler = &Aaa);
        table.Bind(Mnemonic.Aas, b => b.Op->Handler = &Aas);
        table.Bind(Mnemonic.Aam, b => b.Op->Handler = &Aam);
        table.Bind(Mnemonic.Aad, b => b.Op->Handler = &Aad);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Daa(CpuState* s, Op* op)
    {
        AdjustPacked(s, subtract: false);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Das(CpuState* s, Op* op)
    {
        AdjustPacked(s, subtract: true);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Aaa(CpuState* s, Op* op)
    {
        AdjustUnpacked(s, 0x106);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Aas(CpuState* s, Op* op)
    {
        AdjustUnpacked(s, -0x106);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Aam(CpuState* s, Op* op)
    {
        byte divisor = (byte)op->Immediate;
        if (divisor == 0)
        {
            Faults.Raise(s, op, Vectors.DivideError, 0);
            return;
        }

        byte value = (byte)s->Registers[0];
        Registers.Write(s, 0, (ushort)(((value / divisor) << 8) | (value % divisor)));
        Flags.SetLogic(s, (byte)s->Registers[0]);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Aad(CpuState* s, Op* op)
    {
        ushort value = (ushort)s->Registers[0];
        Registers.Write(s, 0, (ushort)(byte)(value + (value >> 8) * (byte)op->Immediate));
        Flags.SetLogic(s, (byte)s->Registers[0]);
        (op + 1)->Handler(s, op + 1);
    }

    private static void AdjustPacked(CpuState* s, bool subtract)
    {
        byte old = (byte)s->Registers[0];
        bool oldCarry = Flags.IsCarry(s);
        bool low = (old & 15) > 9 || Flags.IsAdjust(s);
        bool high = old > 0x99 || oldCarry;
        int adjustment = (low ? 6 : 0) + (high ? 0x60 : 0);
        byte result = (byte)(subtract ? old - adjustment : old + adjustment);
        // DAS: a borrow of the low digit's correction carries also when the high digit needs none.
        bool carry = high || (subtract && low && old < 6);
        Registers.Write(s, 0, result);
        Flags.SetLogic(s, result);
        Flags.Write(s, Flags.Read(s) | (carry ? Flags.Carry : 0) | (low ? Flags.Adjust : 0));
    }

    private static void AdjustUnpacked(CpuState* s, int adjustment)
    {
        ushort value = (ushort)s->Registers[0];
        bool adjust = (value & 15) > 9 || Flags.IsAdjust(s);
        if (adjust) value = (ushort)(value + adjustment);
        Registers.Write(s, 0, (ushort)(value & 0xFF0F));
        Flags.SetLogic(s, (byte)s->Registers[0]);
        if (adjust) Flags.Write(s, Flags.Read(s) | Flags.Carry | Flags.Adjust);
    }
}
