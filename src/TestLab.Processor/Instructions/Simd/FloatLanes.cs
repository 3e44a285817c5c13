using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>When a lane may be left to the host's arithmetic, and how an instruction ends that was not.</summary>
/// <remarks>
/// Every host rounds ordinary numbers to nearest alike; NaNs, denormals and the exception flags differ or cannot be
/// seen. So the host computes where MXCSR asks for nothing else, the operands and the result are ordinary, and the
/// precision flag, the only one that could come of it, is set already.
/// </remarks>
internal static unsafe class FloatLanes
{
    private const uint SinglePlace = 1u << 23;
    private const ulong DoublePlace = 1UL << 52;
    private const uint ControlAndPrecisionFlag = 0xFFE0;
    private const uint DefaultWithPrecisionFlag = 0x1FA0;
    private const uint DefaultControl = 0xFFC0;
    private const uint Default = 0x1F80;

    /// <summary>Round to nearest, all masked, no denormal is zero, and the precision flag set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDefault(uint mxcsr) => (mxcsr & ControlAndPrecisionFlag) == DefaultWithPrecisionFlag;

    /// <summary>
    /// Normal, and far enough from both ends of the range: the exponent field is neither of the two lowest (the result
    /// of a rounding up to the smallest normal number is there, which is an underflow) nor of the two highest.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOrdinary<T>(T value) where T : unmanaged => sizeof(T) == 4
        ? ((Unsafe.BitCast<T, uint>(value) + 2 * SinglePlace) & (0xFC * SinglePlace)) != 0
        : ((Unsafe.BitCast<T, ulong>(value) + 2 * DoublePlace) & (0x7FC * DoublePlace)) != 0;

    /// <summary>Ordinary or zero: what compares without raising anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsComparable<T>(T value) where T : unmanaged => IsOrdinary(value)
        || (sizeof(T) == 4 ? Unsafe.BitCast<T, uint>(value) << 1 == 0 : Unsafe.BitCast<T, ulong>(value) << 1 == 0);

    /// <summary>Whether each lane is ordinary.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreOrdinary<T>(Vector128<T> value) where T : unmanaged => sizeof(T) == 4
        ? !Vector128.EqualsAny((value.AsUInt32() + Vector128.Create(2 * SinglePlace))
            & Vector128.Create(0xFC * SinglePlace), Vector128<uint>.Zero)
        : !Vector128.EqualsAny((value.AsUInt64() + Vector128.Create(2 * DoublePlace))
            & Vector128.Create(0x7FC * DoublePlace), Vector128<ulong>.Zero);

    /// <summary>Round to nearest, all masked, no denormal is zero; the precision flag may be clear.</summary>
    public static bool IsDefaultControl(uint mxcsr) => (mxcsr & DefaultControl) == Default;

    /// <summary>
    /// Whether the host's result holds under the default control, in more cases than handlers look for: with an operand
    /// that is zero, and where the error can be told, so that the precision flag is known too.
    /// </summary>
    public static bool IsKnown<TOperation, T>(T left, T right, T result, ref bool inexact)
        where TOperation : struct, IFloatOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (TOperation.IsUnary) left = right;
        if (!IsComparable(left) || !IsComparable(right)) return false;
        if (T.IsZero(left) || T.IsZero(right)) return IsComparable(result);
        if (!IsInMiddle(left) || !IsInMiddle(right) || !IsInMiddle(result)) return false;
        inexact |= !T.IsZero(TOperation.Error(left, right, result));
        return true;
    }

    /// <summary>Errors of operations on such numbers are numbers.</summary>
    private static bool IsInMiddle<T>(T value) where T : unmanaged => sizeof(T) == 4
        ? (Unsafe.BitCast<T, uint>(value) >> 23 & 0xFF) - 64 < 128
        : (uint)(Unsafe.BitCast<T, ulong>(value) >> 52 & 0x7FF) - 256 < 1536;

    /// <summary>One lane, by the host where that is exact.</summary>
    public static T Compute<TOperation, T>(T left, T right, uint mxcsr, ref FloatContext context)
        where TOperation : struct, IFloatOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T result = TOperation.Apply(left, right);
        if ((!TOperation.Rounds || IsDefault(mxcsr)) && (TOperation.IsUnary || IsOrdinary(left))
            && IsOrdinary(right) && IsOrdinary(result)) return result;
        return typeof(T) == typeof(float)
            ? Unsafe.BitCast<uint, T>(TOperation.Exactly(
                Unsafe.BitCast<T, uint>(left), Unsafe.BitCast<T, uint>(right), ref context))
            : Unsafe.BitCast<ulong, T>(TOperation.Exactly(
                Unsafe.BitCast<T, ulong>(left), Unsafe.BitCast<T, ulong>(right), ref context));
    }

    public static FloatRelation Compare<T>(T left, T right, bool quiet, ref FloatContext context) where T : unmanaged
    {
        if (sizeof(T) == 4)
        {
            (uint first, uint second) = (Unsafe.BitCast<T, uint>(left), Unsafe.BitCast<T, uint>(right));
            return quiet ? Binary32.CompareQuiet(first, second, ref context) : Binary32.Compare(first, second,
                ref context);
        }

        (ulong one, ulong other) = (Unsafe.BitCast<T, ulong>(left), Unsafe.BitCast<T, ulong>(right));
        return quiet ? Binary64.CompareQuiet(one, other, ref context) : Binary64.Compare(one, other, ref context);
    }

    /// <summary>
    /// Adds the flags to MXCSR; false, with #XM or #UD raised, where one of them is not masked (SDM volume 1,
    /// 11.5.2).
    /// </summary>
    public static bool Complete(CpuState* s, Op* op, in FloatContext context)
    {
        s->Mxcsr |= (uint)context.Reported;
        if (context.Unmasked == FloatExceptions.None) return true;
        bool reports = (s->Cr4 & ControlRegisters.SimdExceptions) != 0;
        Faults.Raise(s, op, reports ? Vectors.SimdFloatError : Vectors.InvalidOpcode, 0);
        return false;
    }
}
