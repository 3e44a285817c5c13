using System.Numerics;
using System.Runtime.CompilerServices;

namespace TestLab.Processor.State;

/// <summary>Conversions between the four operand widths, resolved when the handler is compiled.</summary>
/// <remarks>
/// A comparison with <c>sizeof</c> is decided while the method is read; a switch over it is not, and the arms that do not
/// fit then take the address of the value, which makes a call of every handler's last jump.
/// </remarks>
internal static unsafe class Number
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZeroExtend<T>(T value) where T : unmanaged
    {
        if (sizeof(T) == 1) return Unsafe.BitCast<T, byte>(value);
        if (sizeof(T) == 2) return Unsafe.BitCast<T, ushort>(value);
        if (sizeof(T) == 4) return Unsafe.BitCast<T, uint>(value);
        return Unsafe.BitCast<T, ulong>(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long SignExtend<T>(T value) where T : unmanaged
    {
        if (sizeof(T) == 1) return Unsafe.BitCast<T, sbyte>(value);
        if (sizeof(T) == 2) return Unsafe.BitCast<T, short>(value);
        if (sizeof(T) == 4) return Unsafe.BitCast<T, int>(value);
        return Unsafe.BitCast<T, long>(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Truncate<T>(ulong value) where T : unmanaged
    {
        if (sizeof(T) == 1) return Unsafe.BitCast<byte, T>((byte)value);
        if (sizeof(T) == 2) return Unsafe.BitCast<ushort, T>((ushort)value);
        if (sizeof(T) == 4) return Unsafe.BitCast<uint, T>((uint)value);
        return Unsafe.BitCast<ulong, T>(value);
    }

    /// <summary>The top bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNegative<T>(T value) where T : unmanaged => SignExtend(value) < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bits<T>() where T : unmanaged => 8 * sizeof(T);
}
