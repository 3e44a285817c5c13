using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>MOV of whole registers and of their parts, PINSR, PEXTR, EXTRACTPS, and the non-temporal stores.</summary>
internal static unsafe class VectorMoves
{
    public static void Register(InstructionTable table)
    {
        foreach (Mnemonic aligned in (ReadOnlySpan<Mnemonic>)[Mnemonic.Movaps, Mnemonic.Movapd, Mnemonic.Movdqa,
            Mnemonic.Movntps, Mnemonic.Movntpd, Mnemonic.Movntdq, Mnemonic.Movntdqa])
            table.Bind(aligned, WholeForms<Vector128<byte>>.Bind);
        foreach (Mnemonic anywhere in (ReadOnlySpan<Mnemonic>)[Mnemonic.Movups, Mnemonic.Movupd, Mnemonic.Movdqu,
            Mnemonic.Lddqu])
            table.Bind(anywhere, WholeForms<UInt128>.Bind);
        table.Bind(Mnemonic.Movd, BindExtending<uint>);
        table.Bind(Mnemonic.Movq, BindExtending<ulong>);
        table.Bind(Mnemonic.Movntq, BindExtending<ulong>);
        table.Bind(Mnemonic.Movss, BindScalar<uint>);
        table.BindBesideString(Mnemonic.Movsd, BindScalar<ulong>);
        table.Bind(Mnemonic.Movlps, b => BindHalf(b, 0, 0));
        table.Bind(Mnemonic.Movlpd, b => BindHalf(b, 0, 0));
        table.Bind(Mnemonic.Movhps, b => BindHalf(b, 8, 8));
        table.Bind(Mnemonic.Movhpd, b => BindHalf(b, 8, 8));
        table.Bind(Mnemonic.Movlhps, b => BindHalf(b, 8, 0));
        table.Bind(Mnemonic.Movhlps, b => BindHalf(b, 0, 8));
        table.Bind(Mnemonic.Pinsrb, BindInsert<byte>);
        table.Bind(Mnemonic.Pinsrw, BindInsert<ushort>);
        table.Bind(Mnemonic.Pinsrd, BindInsert<uint>);
        table.Bind(Mnemonic.Pinsrq, BindInsert<ulong>);
        table.Bind(Mnemonic.Pextrb, BindExtract<byte>);
        table.Bind(Mnemonic.Pextrw, BindExtract<ushort>);
        table.Bind(Mnemonic.Pextrd, BindExtract<uint>);
        table.Bind(Mnemonic.Pextrq, BindExtract<ulong>);
        table.Bind(Mnemonic.Extractps, BindExtract<uint>);
        table.Bind(Mnemonic.Movdq2q, b => BindBetweenUnits(b, &FromVectorToMmx));
        table.Bind(Mnemonic.Movq2dq, b => BindBetweenUnits(b, &FromMmxToVector));
        table.Bind(Mnemonic.Movnti, b =>
        {
            // A store of a general register: no vector unit needs to be on.
            if (b.Size == 4) PartForms<uint, SseUnit>.BindExtract(b);
            else PartForms<ulong, SseUnit>.BindExtract(b);
        });
    }

    /// <summary>MOVD and MOVQ, whichever way and with whichever unit.</summary>
    private static void BindExtending<T>(Binding b) where T : unmanaged
    {
        if (b.Instruction.Op0Register.IsMM() || b.Instruction.Op1Register.IsMM()) BindExtending<T, MmxUnit>(b);
        else BindExtending<T, SseUnit>(b);
    }

    private static void BindExtending<T, TUnit>(Binding b) where T : unmanaged where TUnit : struct, IVectorUnit
    {
        if (TUnit.BindTrap(b)) return;
        if (b.IsMemory(0) || b.Instruction.Op0Register.IsGPR()) PartForms<T, TUnit>.BindExtract(b);
        else PartForms<T, TUnit>.BindLoad(b);
    }

    /// <summary>MOVSS and MOVSD: a load clears the rest of the register, a copy keeps it.</summary>
    private static void BindScalar<T>(Binding b) where T : unmanaged
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsMemory(0)) PartForms<T, SseUnit>.BindExtract(b);
        else if (b.IsMemory(1)) PartForms<T, SseUnit>.BindLoad(b);
        else PartForms<T, SseUnit>.BindInsert(b);
    }

    private static void BindHalf(Binding b, int destination, int source)
    {
        if (SseUnit.BindTrap(b)) return;
        b.Op->Destination += (ushort)destination;
        b.Op->Source += (ushort)source;
        if (b.IsMemory(0)) PartForms<ulong, SseUnit>.BindExtract(b);
        else PartForms<ulong, SseUnit>.BindInsert(b);
    }

    private static void BindInsert<T>(Binding b) where T : unmanaged
    {
        bool isMmx = b.Instruction.Op0Register.IsMM();
        if (isMmx ? MmxUnit.BindTrap(b) : SseUnit.BindTrap(b)) return;
        b.Op->Destination += LaneOffset<T>(b, isMmx);
        if (isMmx) PartForms<T, MmxUnit>.BindInsert(b);
        else PartForms<T, SseUnit>.BindInsert(b);
    }

    private static void BindExtract<T>(Binding b) where T : unmanaged
    {
        bool isMmx = b.Instruction.Op1Register.IsMM();
        if (isMmx ? MmxUnit.BindTrap(b) : SseUnit.BindTrap(b)) return;
        b.Op->Source += LaneOffset<T>(b, isMmx);
        if (isMmx) PartForms<T, MmxUnit>.BindExtract(b);
        else PartForms<T, SseUnit>.BindExtract(b);
    }

    private static ushort LaneOffset<T>(Binding b, bool isMmx) where T : unmanaged =>
        (ushort)((int)b.Op->Immediate * sizeof(T) & (isMmx ? 7 : 15));

    private static void BindBetweenUnits(Binding b, delegate*<CpuState*, Op*, void> handler)
    {
        if (!SseUnit.BindTrap(b)) b.Op->Handler = handler;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FromVectorToMmx(CpuState* s, Op* op)
    {
        if (MmxUnit.IsBlocked(s, op)) return;
        MmxUnit.Write(s, op->Destination, *(ulong*)((byte*)s + op->Source));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FromMmxToVector(CpuState* s, Op* op)
    {
        if (MmxUnit.IsBlocked(s, op)) return;
        MmxUnit.Use(s);
        SseUnit.WriteExtended(s, op->Destination, MmxUnit.Read(s, op->Source));
        (op + 1)->Handler(s, op + 1);
    }
}
