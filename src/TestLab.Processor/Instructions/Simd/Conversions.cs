using System.Numerics;
using System.Runtime.CompilerServices;
using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>Between the formats, and to and from integers, lane by lane.</summary>
internal static class Conversions
{
    private const double Int32Limit = 2147483647.0; // What lies below it rounds to an integer that fits.
    private const double Int64Limit = 9223372036854775808.0; // What lies below it is an integer, or far below.
    private const uint SinglePrecision = 1u << 24;
    private const ulong DoublePrecision = 1UL << 53;

    public readonly struct Int32ToSingle : IConversion<int, float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(int value, uint mxcsr) =>
            (uint)value + SinglePrecision <= 2 * SinglePrecision || FloatLanes.IsDefault(mxcsr);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Quickly(int value) => value;

        public static float Exactly(int value, ref FloatContext context) =>
            BitConverter.UInt32BitsToSingle(Binary32.FromInt32(value, ref context));
    }

    public readonly struct Int64ToSingle : IConversion<long, float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(long value, uint mxcsr) => (ulong)value + SinglePrecision <= 2 * SinglePrecision;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Quickly(long value) => (int)value;

        public static float Exactly(long value, ref FloatContext context) =>
            BitConverter.UInt32BitsToSingle(Binary32.FromInt64(value, ref context));
    }

    public readonly struct Int32ToDouble : IConversion<int, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(int value, uint mxcsr) => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Quickly(int value) => value;

        public static double Exactly(int value, ref FloatContext context) => value;
    }

    public readonly struct Int64ToDouble : IConversion<long, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(long value, uint mxcsr) =>
            (ulong)value + DoublePrecision <= 2 * DoublePrecision || FloatLanes.IsDefault(mxcsr);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Quickly(long value) => value;

        public static double Exactly(long value, ref FloatContext context) =>
            BitConverter.UInt64BitsToDouble(Binary64.FromInt64(value, ref context));
    }

    public readonly struct SingleToDouble : IConversion<float, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(float value, uint mxcsr) => FloatLanes.IsComparable(value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Quickly(float value) => value;

        public static double Exactly(float value, ref FloatContext context) =>
            BitConverter.UInt64BitsToDouble(Binary32.ToBinary64(BitConverter.SingleToUInt32Bits(value), ref context));
    }

    public readonly struct DoubleToSingle : IConversion<double, float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(double value, uint mxcsr) =>
            FloatLanes.IsOrdinary(value) && FloatLanes.IsOrdinary((float)value)
            && (FloatLanes.IsDefault(mxcsr) || (float)value == value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static float Quickly(double value) => (float)value;

        public static float Exactly(double value, ref FloatContext context) =>
            BitConverter.UInt32BitsToSingle(Binary64.ToBinary32(BitConverter.DoubleToUInt64Bits(value), ref context));
    }

    /// <summary>Which way a conversion to an integer rounds.</summary>
    public interface IRounding
    {
        /// <summary>
        /// The control and flag of MXCSR under which an inexact result raises nothing new, and the host rounds
        /// alike.
        /// </summary>
        static abstract (uint Mask, uint Value) Settled { get; }

        static abstract RoundingMode Of(in FloatContext context);

        static abstract T Round<T>(T value) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
    }

    public readonly struct Current : IRounding
    {
        public static (uint Mask, uint Value) Settled => (0x7020, 0x1020);

        public static RoundingMode Of(in FloatContext context) => context.Rounding;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Round<T>(T value) where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Round(value);
    }

    public readonly struct Truncating : IRounding
    {
        public static (uint Mask, uint Value) Settled => (0x1020, 0x1020);

        public static RoundingMode Of(in FloatContext context) => RoundingMode.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Round<T>(T value) where T : unmanaged, IBinaryFloatingPointIeee754<T> => value;
    }

    public readonly struct SingleToInt32<TRounding> : IConversion<float, int> where TRounding : struct, IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(float value, uint mxcsr) =>
            Math.Abs((double)value) < Int32Limit && (IsSettled<TRounding>(mxcsr) || (int)value == value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Quickly(float value) => (int)TRounding.Round(value);

        public static int Exactly(float value, ref FloatContext context) =>
            Binary32.ToInt32(BitConverter.SingleToUInt32Bits(value), TRounding.Of(context), ref context);
    }

    public readonly struct SingleToInt64<TRounding> : IConversion<float, long> where TRounding : struct, IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(float value, uint mxcsr) =>
            Math.Abs((double)value) < Int64Limit && (IsSettled<TRounding>(mxcsr) || (long)value == value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Quickly(float value) => (long)TRounding.Round(value);

        public static long Exactly(float value, ref FloatContext context) =>
            Binary32.ToInt64(BitConverter.SingleToUInt32Bits(value), TRounding.Of(context), ref context);
    }

    public readonly struct DoubleToInt32<TRounding> : IConversion<double, int> where TRounding : struct, IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(double value, uint mxcsr) =>
            Math.Abs(value) < Int32Limit && (IsSettled<TRounding>(mxcsr) || (int)value == value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Quickly(double value) => (int)TRounding.Round(value);

        public static int Exactly(double value, ref FloatContext context) =>
            Binary64.ToInt32(BitConverter.DoubleToUInt64Bits(value), TRounding.Of(context), ref context);
    }

    public readonly struct DoubleToInt64<TRounding> : IConversion<double, long> where TRounding : struct, IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsQuick(double value, uint mxcsr) =>
            Math.Abs(value) < Int64Limit && (IsSettled<TRounding>(mxcsr) || (long)value == value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static long Quickly(double value) => (long)TRounding.Round(value);

        public static long Exactly(double value, ref FloatContext context) =>
            Binary64.ToInt64(BitConverter.DoubleToUInt64Bits(value), TRounding.Of(context), ref context);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSettled<TRounding>(uint mxcsr) where TRounding : struct, IRounding =>
        (mxcsr & TRounding.Settled.Mask) == TRounding.Settled.Value;
}
