using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>Lane by lane: by the host where that is seen to be exact, or known how it rounds, and by our own arithmetic.</summary>
internal static class Conversions
{
    private const double Int32Limit = 2147483648.0;
    private const double Int64Limit = 9223372036854775808.0;

    public readonly struct Int32ToSingle : IConversion<int, float>
    {
        public static float Convert(int value, ref FloatContext context)
        {
            float result = value;
            return result is > -1e9f and < 1e9f && (int)result == value
                ? result : BitConverter.UInt32BitsToSingle(Binary32.FromInt32(value, ref context));
        }
    }

    public readonly struct Int64ToSingle : IConversion<long, float>
    {
        public static float Convert(long value, ref FloatContext context) => value == (int)value
            ? Int32ToSingle.Convert((int)value, ref context)
            : BitConverter.UInt32BitsToSingle(Binary32.FromInt64(value, ref context));
    }

    public readonly struct Int32ToDouble : IConversion<int, double>
    {
        public static double Convert(int value, ref FloatContext context) => value;
    }

    public readonly struct Int64ToDouble : IConversion<long, double>
    {
        public static double Convert(long value, ref FloatContext context)
        {
            double result = value;
            return result is > -4e18 and < 4e18 && (long)result == value
                ? result : BitConverter.UInt64BitsToDouble(Binary64.FromInt64(value, ref context));
        }
    }

    public readonly struct SingleToDouble : IConversion<float, double>
    {
        public static double Convert(float value, ref FloatContext context) => FloatLanes.IsComparable(value)
            ? value : BitConverter.UInt64BitsToDouble(Binary32.ToBinary64(BitConverter.SingleToUInt32Bits(value), ref context));
    }

    public readonly struct DoubleToSingle : IConversion<double, float>
    {
        public static float Convert(double value, ref FloatContext context)
        {
            float result = (float)value;
            if (!FloatLanes.IsOrdinary(value) || !FloatLanes.IsOrdinary(result) || context.Rounding != RoundingMode.Nearest)
                return BitConverter.UInt32BitsToSingle(Binary64.ToBinary32(BitConverter.DoubleToUInt64Bits(value), ref context));
            if (result != value) context.Raise(FloatExceptions.Inexact);
            return result;
        }
    }

    /// <summary>Which way a conversion to an integer rounds.</summary>
    public interface IRounding
    {
        static abstract RoundingMode Of(in FloatContext context);
    }

    public readonly struct Current : IRounding
    {
        public static RoundingMode Of(in FloatContext context) => context.Rounding;
    }

    public readonly struct Truncating : IRounding
    {
        public static RoundingMode Of(in FloatContext context) => RoundingMode.Zero;
    }

    public readonly struct SingleToInt32<TRounding> : IConversion<float, int> where TRounding : struct, IRounding
    {
        public static int Convert(float value, ref FloatContext context)
        {
            RoundingMode mode = TRounding.Of(context);
            return IsNumber(value) && Math.Abs((double)value) < Int32Limit && TryInteger(value, mode, ref context, out long result)
                ? (int)result : Binary32.ToInt32(BitConverter.SingleToUInt32Bits(value), mode, ref context);
        }
    }

    public readonly struct SingleToInt64<TRounding> : IConversion<float, long> where TRounding : struct, IRounding
    {
        public static long Convert(float value, ref FloatContext context)
        {
            RoundingMode mode = TRounding.Of(context);
            return IsNumber(value) && TryInteger(value, mode, ref context, out long result)
                ? result : Binary32.ToInt64(BitConverter.SingleToUInt32Bits(value), mode, ref context);
        }
    }

    public readonly struct DoubleToInt32<TRounding> : IConversion<double, int> where TRounding : struct, IRounding
    {
        public static int Convert(double value, ref FloatContext context)
        {
            RoundingMode mode = TRounding.Of(context);
            return IsNumber(value) && Math.Abs(value) < Int32Limit && TryInteger(value, mode, ref context, out long result)
                ? (int)result : Binary64.ToInt32(BitConverter.DoubleToUInt64Bits(value), mode, ref context);
        }
    }

    public readonly struct DoubleToInt64<TRounding> : IConversion<double, long> where TRounding : struct, IRounding
    {
        public static long Convert(double value, ref FloatContext context)
        {
            RoundingMode mode = TRounding.Of(context);
            return IsNumber(value) && TryInteger(value, mode, ref context, out long result)
                ? result : Binary64.ToInt64(BitConverter.DoubleToUInt64Bits(value), mode, ref context);
        }
    }

    private static bool IsNumber<T>(T value) where T : unmanaged => FloatLanes.IsComparable(value);

    /// <summary>The integer, where it is exact, or the way to round is to cut.</summary>
    private static bool TryInteger(double value, RoundingMode mode, ref FloatContext context, out long result)
    {
        result = 0;
        if (Math.Abs(value) >= Int64Limit) return false;
        result = (long)value;
        if (result == value) return true;
        if (mode != RoundingMode.Zero) return false;
        context.Raise(FloatExceptions.Inexact);
        return true;
    }
}
