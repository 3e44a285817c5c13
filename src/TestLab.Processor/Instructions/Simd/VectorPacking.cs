using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>PACK, PUNPCK, UNPCK, PMOVSX, PMOVZX, and the moves that duplicate lanes.</summary>
internal static class VectorPacking
{
    public static void Register(InstructionTable table)
    {
        table.BindVector<PackWords, Joined<PackWords>>(Mnemonic.Packsswb);
        table.BindVector<PackDoublewords, Joined<PackDoublewords>>(Mnemonic.Packssdw);
        table.BindVector<PackWordsUnsigned, Joined<PackWordsUnsigned>>(Mnemonic.Packuswb);
        table.BindVector<PackDoublewordsUnsigned>(Mnemonic.Packusdw);
        BindUnpack<UnpackLowBytes, UnpackHighBytes>(table, Mnemonic.Punpcklbw, Mnemonic.Punpckhbw);
        BindUnpack<UnpackLowWords, UnpackHighWords>(table, Mnemonic.Punpcklwd, Mnemonic.Punpckhwd);
        BindUnpack<UnpackLowDoublewords, UnpackHighDoublewords>(table, Mnemonic.Punpckldq, Mnemonic.Punpckhdq);
        table.BindVector<UnpackLowDoublewords>(Mnemonic.Unpcklps);
        table.BindVector<UnpackHighDoublewords>(Mnemonic.Unpckhps);
        table.BindVector<UnpackLowQuadwords>(Mnemonic.Punpcklqdq);
        table.BindVector<UnpackHighQuadwords>(Mnemonic.Punpckhqdq);
        table.BindVector<UnpackLowQuadwords>(Mnemonic.Unpcklpd);
        table.BindVector<UnpackHighQuadwords>(Mnemonic.Unpckhpd);
        table.BindVector<DuplicateLowQuadword>(Mnemonic.Movddup);
        table.BindVector<DuplicateEven>(Mnemonic.Movsldup);
        table.BindVector<DuplicateOdd>(Mnemonic.Movshdup);
        table.BindVector<SignedBytesToWords>(Mnemonic.Pmovsxbw);
        table.BindVector<SignedBytesToDoublewords>(Mnemonic.Pmovsxbd);
        table.BindVector<SignedBytesToQuadwords>(Mnemonic.Pmovsxbq);
        table.BindVector<SignedWordsToDoublewords>(Mnemonic.Pmovsxwd);
        table.BindVector<SignedWordsToQuadwords>(Mnemonic.Pmovsxwq);
        table.BindVector<SignedDoublewordsToQuadwords>(Mnemonic.Pmovsxdq);
        table.BindVector<BytesToWords>(Mnemonic.Pmovzxbw);
        table.BindVector<BytesToDoublewords>(Mnemonic.Pmovzxbd);
        table.BindVector<BytesToQuadwords>(Mnemonic.Pmovzxbq);
        table.BindVector<WordsToDoublewords>(Mnemonic.Pmovzxwd);
        table.BindVector<WordsToQuadwords>(Mnemonic.Pmovzxwq);
        table.BindVector<DoublewordsToQuadwords>(Mnemonic.Pmovzxdq);
    }

    private static void BindUnpack<TLow, THigh>(InstructionTable table, Mnemonic low, Mnemonic high)
        where TLow : struct, IVectorOperation where THigh : struct, IVectorOperation
    {
        table.BindVector<TLow, LowerHalf<TLow>>(low);
        table.BindVector<THigh, UpperHalf<TLow>>(high);
    }

    private readonly struct PackWords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.NarrowWithSaturation(left.AsInt16(), right.AsInt16()).AsByte();
    }

    private readonly struct PackDoublewords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.NarrowWithSaturation(left.AsInt32(), right.AsInt32()).AsByte();
    }

    private readonly struct PackWordsUnsigned : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Narrow(Clamp(left.AsInt16()), Clamp(right.AsInt16()));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<ushort> Clamp(Vector128<short> value) =>
            Vector128.Min(Vector128.Max(value, Vector128<short>.Zero),
                Vector128.Create((short)byte.MaxValue)).AsUInt16();
    }

    private readonly struct PackDoublewordsUnsigned : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Narrow(Clamp(left.AsInt32()), Clamp(right.AsInt32())).AsByte();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<uint> Clamp(Vector128<int> value) =>
            Vector128.Min(Vector128.Max(value, Vector128<int>.Zero), Vector128.Create((int)ushort.MaxValue)).AsUInt32();
    }

    private readonly struct UnpackLowBytes : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Vector128.WidenLower(left) | (Vector128.WidenLower(right) << 8)).AsByte();
    }

    private readonly struct UnpackHighBytes : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Vector128.WidenUpper(left) | (Vector128.WidenUpper(right) << 8)).AsByte();
    }

    private readonly struct UnpackLowWords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Vector128.WidenLower(left.AsUInt16()) | (Vector128.WidenLower(right.AsUInt16()) << 16)).AsByte();
    }

    private readonly struct UnpackHighWords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Vector128.WidenUpper(left.AsUInt16()) | (Vector128.WidenUpper(right.AsUInt16()) << 16)).AsByte();
    }

    private readonly struct UnpackLowDoublewords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Vector128.WidenLower(left.AsUInt32()) | (Vector128.WidenLower(right.AsUInt32()) << 32)).AsByte();
    }

    private readonly struct UnpackHighDoublewords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Vector128.WidenUpper(left.AsUInt32()) | (Vector128.WidenUpper(right.AsUInt32()) << 32)).AsByte();
    }

    private readonly struct UnpackLowQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Create(left.GetLower(), right.GetLower());
    }

    private readonly struct UnpackHighQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Create(left.GetUpper(), right.GetUpper());
    }

    private readonly struct DuplicateLowQuadword : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Create(right.AsUInt64().ToScalar()).AsByte();
    }

    private readonly struct DuplicateEven : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Shuffle(right.AsUInt32(), Vector128.Create(0u, 0, 2, 2)).AsByte();
    }

    private readonly struct DuplicateOdd : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Shuffle(right.AsUInt32(), Vector128.Create(1u, 1, 3, 3)).AsByte();
    }

    private readonly struct SignedBytesToWords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(right.AsSByte()).AsByte();
    }

    private readonly struct SignedBytesToDoublewords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(Vector128.WidenLower(right.AsSByte())).AsByte();
    }

    private readonly struct SignedBytesToQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(Vector128.WidenLower(Vector128.WidenLower(right.AsSByte()))).AsByte();
    }

    private readonly struct SignedWordsToDoublewords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(right.AsInt16()).AsByte();
    }

    private readonly struct SignedWordsToQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(Vector128.WidenLower(right.AsInt16())).AsByte();
    }

    private readonly struct SignedDoublewordsToQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(right.AsInt32()).AsByte();
    }

    private readonly struct BytesToWords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(right).AsByte();
    }

    private readonly struct BytesToDoublewords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(Vector128.WidenLower(right)).AsByte();
    }

    private readonly struct BytesToQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(Vector128.WidenLower(Vector128.WidenLower(right))).AsByte();
    }

    private readonly struct WordsToDoublewords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(right.AsUInt16()).AsByte();
    }

    private readonly struct WordsToQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(Vector128.WidenLower(right.AsUInt16())).AsByte();
    }

    private readonly struct DoublewordsToQuadwords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.WidenLower(right.AsUInt32()).AsByte();
    }
}
