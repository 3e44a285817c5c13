using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// PADD, PSUB, with saturation too, PMIN, PMAX, PAVG, PABS, PSIGN, PCMPEQ, PCMPGT: each lane by itself.
/// </summary>
internal static class VectorArithmetic
{
    public static void Register(InstructionTable table)
    {
        table.BindLanes<Add<byte>>(Mnemonic.Paddb);
        table.BindLanes<Add<ushort>>(Mnemonic.Paddw);
        table.BindLanes<Add<uint>>(Mnemonic.Paddd);
        table.BindLanes<Add<ulong>>(Mnemonic.Paddq);
        table.BindLanes<Subtract<byte>>(Mnemonic.Psubb);
        table.BindLanes<Subtract<ushort>>(Mnemonic.Psubw);
        table.BindLanes<Subtract<uint>>(Mnemonic.Psubd);
        table.BindLanes<Subtract<ulong>>(Mnemonic.Psubq);
        table.BindLanes<AddSaturated<sbyte>>(Mnemonic.Paddsb);
        table.BindLanes<AddSaturated<short>>(Mnemonic.Paddsw);
        table.BindLanes<AddSaturated<byte>>(Mnemonic.Paddusb);
        table.BindLanes<AddSaturated<ushort>>(Mnemonic.Paddusw);
        table.BindLanes<SubtractSaturated<sbyte>>(Mnemonic.Psubsb);
        table.BindLanes<SubtractSaturated<short>>(Mnemonic.Psubsw);
        table.BindLanes<SubtractSaturated<byte>>(Mnemonic.Psubusb);
        table.BindLanes<SubtractSaturated<ushort>>(Mnemonic.Psubusw);
        table.BindLanes<Minimum<byte>>(Mnemonic.Pminub);
        table.BindLanes<Minimum<short>>(Mnemonic.Pminsw);
        table.BindVector<Minimum<sbyte>>(Mnemonic.Pminsb);
        table.BindVector<Minimum<ushort>>(Mnemonic.Pminuw);
        table.BindVector<Minimum<int>>(Mnemonic.Pminsd);
        table.BindVector<Minimum<uint>>(Mnemonic.Pminud);
        table.BindLanes<Maximum<byte>>(Mnemonic.Pmaxub);
        table.BindLanes<Maximum<short>>(Mnemonic.Pmaxsw);
        table.BindVector<Maximum<sbyte>>(Mnemonic.Pmaxsb);
        table.BindVector<Maximum<ushort>>(Mnemonic.Pmaxuw);
        table.BindVector<Maximum<int>>(Mnemonic.Pmaxsd);
        table.BindVector<Maximum<uint>>(Mnemonic.Pmaxud);
        table.BindLanes<AverageBytes>(Mnemonic.Pavgb);
        table.BindLanes<AverageWords>(Mnemonic.Pavgw);
        table.BindLanes<Magnitude<sbyte>>(Mnemonic.Pabsb);
        table.BindLanes<Magnitude<short>>(Mnemonic.Pabsw);
        table.BindLanes<Magnitude<int>>(Mnemonic.Pabsd);
        table.BindLanes<Sign<sbyte>>(Mnemonic.Psignb);
        table.BindLanes<Sign<short>>(Mnemonic.Psignw);
        table.BindLanes<Sign<int>>(Mnemonic.Psignd);
        table.BindLanes<Equal<byte>>(Mnemonic.Pcmpeqb);
        table.BindLanes<Equal<ushort>>(Mnemonic.Pcmpeqw);
        table.BindLanes<Equal<uint>>(Mnemonic.Pcmpeqd);
        table.BindVector<Equal<ulong>>(Mnemonic.Pcmpeqq);
        table.BindLanes<Greater<sbyte>>(Mnemonic.Pcmpgtb);
        table.BindLanes<Greater<short>>(Mnemonic.Pcmpgtw);
        table.BindLanes<Greater<int>>(Mnemonic.Pcmpgtd);
        table.BindVector<Greater<long>>(Mnemonic.Pcmpgtq);
    }

    private readonly struct Add<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (left.As<byte, T>() + right.As<byte, T>()).AsByte();
    }

    private readonly struct Subtract<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (left.As<byte, T>() - right.As<byte, T>()).AsByte();
    }

    private readonly struct AddSaturated<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.AddSaturate(left.As<byte, T>(), right.As<byte, T>()).AsByte();
    }

    private readonly struct SubtractSaturated<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.SubtractSaturate(left.As<byte, T>(), right.As<byte, T>()).AsByte();
    }

    private readonly struct Minimum<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Min(left.As<byte, T>(), right.As<byte, T>()).AsByte();
    }

    private readonly struct Maximum<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Max(left.As<byte, T>(), right.As<byte, T>()).AsByte();
    }

    /// <summary>
    /// (a + b + 1) / 2 without a wider sum: the bits that either has, less half of those that differ.
    /// </summary>
    private readonly struct AverageBytes : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            (left | right) - ((left ^ right) >>> 1);
    }

    private readonly struct AverageWords : IVectorOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            ((left | right).AsUInt16() - ((left ^ right).AsUInt16() >>> 1)).AsByte();
    }

    /// <summary>The most negative number stays as it is.</summary>
    private readonly struct Magnitude<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<T> value = right.As<byte, T>();
            Vector128<T> sign = Vector128.LessThan(value, Vector128<T>.Zero);
            return ((value ^ sign) - sign).AsByte();
        }
    }

    private readonly struct Sign<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right)
        {
            Vector128<T> by = right.As<byte, T>();
            Vector128<T> sign = Vector128.LessThan(by, Vector128<T>.Zero);
            Vector128<T> negated = (left.As<byte, T>() ^ sign) - sign;
            return Vector128.AndNot(negated, Vector128.Equals(by, Vector128<T>.Zero)).AsByte();
        }
    }

    private readonly struct Equal<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.Equals(left.As<byte, T>(), right.As<byte, T>()).AsByte();
    }

    private readonly struct Greater<T> : IVectorOperation where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Apply(Vector128<byte> left, Vector128<byte> right) =>
            Vector128.GreaterThan(left.As<byte, T>(), right.As<byte, T>()).AsByte();
    }
}
