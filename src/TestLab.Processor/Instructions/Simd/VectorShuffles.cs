using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// PSHUF, SHUF, BLEND, INSERTPS, PALIGNR, PSLLDQ, PSRLDQ: bytes of two operands, in an order that is known when
/// decoding.
/// </summary>
internal static unsafe class VectorShuffles
{
    public static void Register(InstructionTable table)
    {
        table.BindVector<ShuffleBytes, ShuffleMmxBytes>(Mnemonic.Pshufb);
        Bind<OfRight>(table, Mnemonic.Pshufd, Permutations.Doublewords);
        Bind<OfRight>(table, Mnemonic.Pshuflw, Permutations.LowWords);
        Bind<OfRight>(table, Mnemonic.Pshufhw, Permutations.HighWords);
        Bind<OfBoth>(table, Mnemonic.Pshufw, Permutations.LowWords);
        Bind<OfBoth>(table, Mnemonic.Shufps, Permutations.Singles);
        Bind<OfBoth>(table, Mnemonic.Shufpd, Permutations.Doubles);
        Bind<OfBoth>(table, Mnemonic.Pblendw, Permutations.BlendWords);
        Bind<OfBoth>(table, Mnemonic.Blendps, Permutations.BlendSingles);
        Bind<OfBoth>(table, Mnemonic.Blendpd, Permutations.BlendDoubles);
        table.Bind(Mnemonic.Insertps, b =>
            Bind<OfBoth>(b, b.IsMemory(1) ? Permutations.InsertSingleFromMemory : Permutations.InsertSingle));
        table.Bind(Mnemonic.Palignr, b =>
            Bind<OfBoth>(b, b.Instruction.Op0Register.IsMM() ? Permutations.AlignMmx : Permutations.Align));
        table.Bind(Mnemonic.Pslldq, b => BindShift(b, Permutations.ShiftBytesLeft));
        table.Bind(Mnemonic.Psrldq, b => BindShift(b, Permutations.ShiftBytesRight));
        table.Bind(Mnemonic.Pblendvb, VectorForms<BlendByMask<sbyte>>.Bind);
        table.Bind(Mnemonic.Blendvps, VectorForms<BlendByMask<int>>.Bind);
        table.Bind(Mnemonic.Blendvpd, VectorForms<BlendByMask<long>>.Bind);
    }

    private static void Bind<TPermutation>(InstructionTable table, Mnemonic mnemonic, nint permutations)
        where TPermutation : struct, IBoundVectorOperation =>
        table.Bind(mnemonic, b => Bind<TPermutation>(b, permutations));

    /// <summary>The immediate becomes the address of its permutation.</summary>
    private static void Bind<TPermutation>(Binding b, nint permutations)
        where TPermutation : struct, IBoundVectorOperation
    {
        b.Op->Immediate = Permutations.Entry(permutations, b.Op->Immediate);
        if (b.Instruction.Op0Register.IsMM()) MmxForms<OfMmx>.Bind(b);
        else VectorForms<TPermutation>.Bind(b);
    }

    private static void BindShift(Binding b, nint permutations)
    {
        if (SseUnit.BindTrap(b)) return;
        b.Op->Immediate = Permutations.Entry(permutations, b.Op->Immediate);
        b.Op->Handler = &ShiftBytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShiftBytes(CpuState* s, Op* op)
    {
        Vector128<byte> value = Vectors128.Read(s, op->Destination);
        Vectors128.Write(s, op->Destination, Vectors128.Shuffle(value, ((Vector128<byte>*)op->Immediate)[1]));
        (op + 1)->Handler(s, op + 1);
    }

    private readonly struct ShuffleBytes : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vectors128.Shuffle(left, right);
    }

    private readonly struct ShuffleMmxBytes : IMmxOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(Op* op, ulong left, ulong right)
        {
            Vector128<byte> indices = Vector128.CreateScalar(right & 0x8787_8787_8787_8787).AsByte();
            return Vectors128.Shuffle(Vector128.CreateScalar(left).AsByte(), indices).AsUInt64().ToScalar();
        }
    }

    private readonly struct OfRight : IBoundVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(CpuState* s, Op* op, Vector128<byte> left, Vector128<byte> right) =>
            Vectors128.Shuffle(right, ((Vector128<byte>*)op->Immediate)[1]);
    }

    private readonly struct OfBoth : IBoundVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(CpuState* s, Op* op, Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<byte>* indices = (Vector128<byte>*)op->Immediate;
            return Vectors128.Shuffle(left, indices[0]) | Vectors128.Shuffle(right, indices[1]);
        }
    }

    private readonly struct OfMmx : IMmxOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply(Op* op, ulong left, ulong right) => OfBoth.Apply(null, op,
            Vector128.CreateScalar(left).AsByte(), Vector128.CreateScalar(right).AsByte()).AsUInt64().ToScalar();
    }

    /// <summary>The sign of a lane of XMM0 chooses the right operand's lane.</summary>
    private readonly struct BlendByMask<T> : IBoundVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(CpuState* s, Op* op, Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<T> mask = (*(Vector128<byte>*)s->Xmm).As<byte, T>();
            return Vector128.ConditionalSelect(Vector128.LessThan(mask, Vector128<T>.Zero).AsByte(), right, left);
        }
    }
}
