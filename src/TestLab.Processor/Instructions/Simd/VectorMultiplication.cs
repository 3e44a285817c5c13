using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>PMUL, PMADD, PSADBW, PHADD, PHSUB, PHMINPOSUW: products, and sums across lanes.</summary>
internal static class VectorMultiplication
{
    public static void Register(InstructionTable table)
    {
        table.BindLanes<MultiplyLow<short>>(Mnemonic.Pmullw);
        table.BindVector<MultiplyLow<int>>(Mnemonic.Pmulld);
        table.BindLanes<MultiplyHigh>(Mnemonic.Pmulhw);
        table.BindLanes<MultiplyHighUnsigned>(Mnemonic.Pmulhuw);
        table.BindLanes<MultiplyHighRounded>(Mnemonic.Pmulhrsw);
        table.BindLanes<MultiplyEvenUnsigned>(Mnemonic.Pmuludq);
        table.BindVector<MultiplyEven>(Mnemonic.Pmuldq);
        table.BindLanes<MultiplyAddWords>(Mnemonic.Pmaddwd);
        table.BindLanes<MultiplyAddBytes>(Mnemonic.Pmaddubsw);
        table.BindLanes<SumOfDifferences>(Mnemonic.Psadbw);
        table.BindVector<AddPairs<ushort>, Joined<AddPairs<ushort>>>(Mnemonic.Phaddw);
        table.BindVector<AddPairs<uint>, Joined<AddPairs<uint>>>(Mnemonic.Phaddd);
        table.BindVector<AddPairsSaturated, Joined<AddPairsSaturated>>(Mnemonic.Phaddsw);
        table.BindVector<SubtractPairs<ushort>, Joined<SubtractPairs<ushort>>>(Mnemonic.Phsubw);
        table.BindVector<SubtractPairs<uint>, Joined<SubtractPairs<uint>>>(Mnemonic.Phsubd);
        table.BindVector<SubtractPairsSaturated, Joined<SubtractPairsSaturated>>(Mnemonic.Phsubsw);
        table.BindVector<SmallestWord>(Mnemonic.Phminposuw);
    }

    /// <summary>Lanes 0, 2, 4 ... of two vectors, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Even<T>(Vector128<byte> left, Vector128<byte> right)
        where T : unmanaged => Unsafe.SizeOf<T>() == 2
        ? Vector128.Narrow(left.AsUInt32(), right.AsUInt32()).As<ushort, T>()
        : Vector128.Narrow(left.AsUInt64(), right.AsUInt64()).As<uint, T>();

    /// <summary>Lanes 1, 3, 5 ... of two vectors, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Odd<T>(Vector128<byte> left, Vector128<byte> right)
        where T : unmanaged => Unsafe.SizeOf<T>() == 2
        ? Vector128.Narrow(left.AsUInt32() >>> 16, right.AsUInt32() >>> 16).As<ushort, T>()
        : Vector128.Narrow(left.AsUInt64() >>> 32, right.AsUInt64() >>> 32).As<uint, T>();

    private readonly struct MultiplyLow<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (left.As<byte, T>() * right.As<byte, T>()).AsByte();
    }

    private readonly struct MultiplyHigh : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            (Vector128<int> low, Vector128<int> high) = Products(left, right);
            return Odd<ushort>(low.AsByte(), high.AsByte()).AsByte();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector128<int> Low, Vector128<int> High) Products(Vector128<byte> left, Vector128<byte> right) =>
            (Vector128.WidenLower(left.AsInt16()) * Vector128.WidenLower(right.AsInt16()),
            Vector128.WidenUpper(left.AsInt16()) * Vector128.WidenUpper(right.AsInt16()));
    }

    private readonly struct MultiplyHighUnsigned : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<uint> low = Vector128.WidenLower(left.AsUInt16()) * Vector128.WidenLower(right.AsUInt16());
            Vector128<uint> high = Vector128.WidenUpper(left.AsUInt16()) * Vector128.WidenUpper(right.AsUInt16());
            return Odd<ushort>(low.AsByte(), high.AsByte()).AsByte();
        }
    }

    /// <summary>Bits 30 to 15 of the product, rounded at bit 14.</summary>
    private readonly struct MultiplyHighRounded : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            (Vector128<int> low, Vector128<int> high) = MultiplyHigh.Products(left, right);
            Vector128<int> half = Vector128.Create(1 << 14);
            return Vector128.Narrow((low + half) >> 15, (high + half) >> 15).AsByte();
        }
    }

    private readonly struct MultiplyEvenUnsigned : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<ulong> mask = Vector128.Create((ulong)uint.MaxValue);
            return ((left.AsUInt64() & mask) * (right.AsUInt64() & mask)).AsByte();
        }
    }

    private readonly struct MultiplyEven : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Extend(left) * Extend(right)).AsByte();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<long> Extend(Vector128<byte> value)
        {
            // The sign is added and taken away again: there is no arithmetic shift of 64 bits on every host.
            Vector128<long> sign = Vector128.Create(1L << 31);
            return ((value.AsInt64() & Vector128.Create((long)uint.MaxValue)) ^ sign) - sign;
        }
    }

    private readonly struct MultiplyAddWords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<int> odd = (left.AsInt32() >> 16) * (right.AsInt32() >> 16);
            Vector128<int> even = ((left.AsInt32() << 16) >> 16) * ((right.AsInt32() << 16) >> 16);
            return (odd + even).AsByte();
        }
    }

    /// <summary>Unsigned bytes of the left operand times signed bytes of the right one, sums saturated.</summary>
    private readonly struct MultiplyAddBytes : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<short> odd = (left.AsUInt16() >>> 8).AsInt16() * (right.AsInt16() >> 8);
            Vector128<short> even = (left.AsInt16() & Vector128.Create((short)0xFF)) * ((right.AsInt16() << 8) >> 8);
            return Vector128.AddSaturate(odd, even).AsByte();
        }
    }

    private readonly struct SumOfDifferences : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<byte> differences = Vector128.Max(left, right) - Vector128.Min(left, right);
            Vector128<ushort> pairs = (differences.AsUInt16()
                & Vector128.Create((ushort)0xFF)) + (differences.AsUInt16() >>> 8);
            Vector128<uint> quads = (pairs.AsUInt32() & Vector128.Create(0xFFFFu)) + (pairs.AsUInt32() >>> 16);
            return ((quads.AsUInt64() & Vector128.Create((ulong)uint.MaxValue)) + (quads.AsUInt64() >>> 32)).AsByte();
        }
    }

    private readonly struct AddPairs<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Even<T>(left, right) + Odd<T>(left, right)).AsByte();
    }

    private readonly struct AddPairsSaturated : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.AddSaturate(Even<short>(left, right), Odd<short>(left, right)).AsByte();
    }

    private readonly struct SubtractPairs<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (Even<T>(left, right) - Odd<T>(left, right)).AsByte();
    }

    private readonly struct SubtractPairsSaturated : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.SubtractSaturate(Even<short>(left, right), Odd<short>(left, right)).AsByte();
    }

    /// <summary>The smallest word, and the place of the first lane that has it.</summary>
    private readonly struct SmallestWord : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            // Words with their places below them: the least of these is the least word at its first place.
            Vector128<uint> low = (Vector128.WidenLower(right.AsUInt16()) << 16) | Vector128.Create(0u, 1, 2, 3);
            Vector128<uint> high = (Vector128.WidenUpper(right.AsUInt16()) << 16) | Vector128.Create(4u, 5, 6, 7);
            Vector128<uint> four = Vector128.Min(low, high);
            Vector128<uint> two = Vector128.Min(four, Vector128.Shuffle(four, Vector128.Create(2u, 3, 0, 1)));
            uint least = Math.Min(two.ToScalar(), two.GetElement(1));
            return Vector128.CreateScalar((least >> 16) | (least << 16)).AsByte();
        }
    }
}
