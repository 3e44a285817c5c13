using System.Numerics;
using System.Runtime.CompilerServices;

namespace TestLab.Processor.State;

/// <summary>Conversions between the four operand widths, resolved when the handler is compiled.</summary>
internal static unsafe class Number
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroExtend<T>(T value) where T : unmanaged => sizeof(T) switch
    {
        1 => Unsafe.BitCast<T, byte>(value),
        2 => Unsafe.BitCast<T, ushort>(value),
        4 => Unsafe.BitCast<T, uint>(value),
        _ => Unsafe.BitCast<T, ulong>(value),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long SignExtend<T>(T value) where T : unmanaged => sizeof(T) switch
    {
        1 => Unsafe.BitCast<T, sbyte>(value),
        2 => Unsafe.BitCast<T, short>(value),
        4 => Unsafe.BitCast<T, int>(value),
        _ => Unsafe.BitCast<T, long>(value),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Truncate<T>(ulong value) where T : unmanaged => sizeof(T) switch
    {
        1 => Unsafe.BitCast<byte, T>((byte)value),
        2 => Unsafe.BitCast<ushort, T>((ushort)value),
        4 => Unsafe.BitCast<uint, T>((uint)value),
        _ => Unsafe.BitCast<ulong, T>(value),
    };

    /// <summary>The top bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNegative<T>(T value) where T : unmanaged => SignExtend(value) < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bits<T>() where T : unmanaged => 8 * sizeof(T);
}
