using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>CLC, STC, CMC, CLD, STD, LAHF, SAHF, SALC; and the instructions that do nothing here.</summary>
internal static unsafe class FlagMoves
{
    private const uint LowFlags = Flags.Carry | Flags.Parity | Flags.Adjust | Flags.Zero | Flags.Sign;

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Clc, b => b.Op->Handler = &ClearCarry, pure: true);
        table.Bind(Mnemonic.Stc, b => b.Op->Handler = &SetCarry, pure: true);
        table.Bind(Mnemonic.Cmc, b => b.Op->Handler = &ComplementCarry, pure: true);
        table.Bind(Mnemonic.Cld, b => b.Op->Handler = &ClearDirection, pure: true);
        table.Bind(Mnemonic.Std, b => b.Op->Handler = &SetDirection, pure: true);
        table.Bind(Mnemonic.Lahf, b => b.Op->Handler = &LoadFlags, pure: true);
        table.Bind(Mnemonic.Sahf, b => b.Op->Handler = &StoreFlags, pure: true);
        table.Bind(Mnemonic.Salc, b => b.Op->Handler = &SetAccumulatorFromCarry, pure: true);
        // Hints, and the shadow stack pointer that is not there.
        foreach (Mnemonic hint in (Mnemonic[])[Mnemonic.Nop, Mnemonic.Reservednop, Mnemonic.Pause, Mnemonic.Endbr32, Mnemonic.Endbr64,
            Mnemonic.Rdsspd, Mnemonic.Rdsspq, Mnemonic.Cldemote])
            table.Bind(hint, b => b.Op->Handler = &DoNothing, pure: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClearCarry(CpuState* s, Op* op)
    {
        Flags.SetCarryOverflow(s, carry: false, Flags.IsOverflow(s));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SetCarry(CpuState* s, Op* op)
    {
        Flags.SetCarryOverflow(s, carry: true, Flags.IsOverflow(s));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComplementCarry(CpuState* s, Op* op)
    {
        Flags.SetCarryOverflow(s, !Flags.IsCarry(s), Flags.IsOverflow(s));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClearDirection(CpuState* s, Op* op)
    {
        s->SystemFlags &= ~SystemFlags.Direction;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SetDirection(CpuState* s, Op* op)
    {
        s->SystemFlags |= SystemFlags.Direction;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LoadFlags(CpuState* s, Op* op)
    {
        *((byte*)s + 1) = (byte)(Flags.Read(s) & LowFlags | 2);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreFlags(CpuState* s, Op* op)
    {
        Flags.Write(s, (*((byte*)s + 1) & LowFlags) | (Flags.Read(s) & Flags.Overflow));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SetAccumulatorFromCarry(CpuState* s, Op* op)
    {
        *(byte*)s = Flags.IsCarry(s) ? (byte)0xFF : (byte)0;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DoNothing(CpuState* s, Op* op) => (op + 1)->Handler(s, op + 1);
}
