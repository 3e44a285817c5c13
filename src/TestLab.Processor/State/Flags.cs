using System.Numerics;
using System.Runtime.CompilerServices;

namespace TestLab.Processor.State;

/// <summary>The status flags, kept as the last result and its carries, and computed when they are asked for.</summary>
/// <remarks>
/// ZF is "the result is zero", SF its sign, PF the parity of its low byte. The auxiliary word has the carry out of the
/// top bit in bit 63 (CF), the carry into it in bit 62 (OF is their difference), the carry out of bit 3 in bit 3 (AF),
/// a sign correction in bit 16 and a byte that the parity is corrected by in bits 8 to 15; arithmetic leaves the
/// corrections zero, and only values of the flags that no result has need them (SF and ZF both set, say).
/// Flags that the manual leaves undefined follow the written rule at each instruction.
/// </remarks>
public static unsafe class Flags
{
    public const uint Carry = 1 << 0;
    public const uint Parity = 1 << 2;
    public const uint Adjust = 1 << 4;
    public const uint Zero = 1 << 6;
    public const uint Sign = 1 << 7;
    public const uint Overflow = 1 << 11;
    public const uint Status = Carry | Parity | Adjust | Zero | Sign | Overflow;

    internal const ulong CarryOut = 1UL << 63;
    internal const ulong CarryIn = 1UL << 62;
    internal const ulong AdjustBit = 1UL << 3;
    internal const ulong SignCorrection = 1UL << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetSum<T>(CpuState* s, T left, T right, T result) where T : unmanaged, IBinaryInteger<T> =>
        SetCarries(s, (left & right) | ((left | right) & ~result), result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetDifference<T>(CpuState* s, T left, T right, T result) where T : unmanaged, IBinaryInteger<T> =>
        SetCarries(s, (~left & right) | ((~left | right) & result), result);

    /// <summary>CF, OF and AF clear, the rest of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetLogic<T>(CpuState* s, T result) where T : unmanaged, IBinaryInteger<T>
    {
        s->FlagsResult = Number.SignExtend(result);
        s->FlagsAuxiliary = 0;
    }

    /// <summary>SF, ZF and PF of the result; CF and OF as given; AF clear.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetResult<T>(CpuState* s, T result, bool carry, bool overflow) where T : unmanaged, IBinaryInteger<T>
    {
        s->FlagsResult = Number.SignExtend(result);
        s->FlagsAuxiliary = Pack(carry, overflow);
    }

    /// <summary>CF and OF as given, the other flags as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetCarryOverflow(CpuState* s, bool carry, bool overflow) =>
        s->FlagsAuxiliary = (s->FlagsAuxiliary & ~(CarryOut | CarryIn)) | Pack(carry, overflow);

    /// <summary>CF as given, the other flags as they are.</summary>
    public static void SetCarry(CpuState* s, bool carry) => SetCarryOverflow(s, carry, IsOverflow(s));

    /// <summary>ZF as given, the other flags as they are.</summary>
    public static void SetZero(CpuState* s, bool zero)
    {
        uint flags = Read(s);
        Write(s, zero ? flags | Zero : flags & ~Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCarry(CpuState* s) => (long)s->FlagsAuxiliary < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOverflow(CpuState* s) => (long)(s->FlagsAuxiliary ^ (s->FlagsAuxiliary << 1)) < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(CpuState* s) => s->FlagsResult == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSign(CpuState* s) => (s->FlagsResult ^ (long)(s->FlagsAuxiliary << 47)) < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsParity(CpuState* s) =>
        (BitOperations.PopCount((byte)((ulong)s->FlagsResult ^ (s->FlagsAuxiliary >> 8))) & 1) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAdjust(CpuState* s) => (s->FlagsAuxiliary & AdjustBit) != 0;

    /// <summary>The six status flags in their places in RFLAGS.</summary>
    public static uint Read(CpuState* s) =>
        (IsCarry(s) ? Carry : 0) | (IsParity(s) ? Parity : 0) | (IsAdjust(s) ? Adjust : 0)
        | (IsZero(s) ? Zero : 0) | (IsSign(s) ? Sign : 0) | (IsOverflow(s) ? Overflow : 0);

    /// <summary>Sets the six status flags from their places in RFLAGS.</summary>
    public static void Write(CpuState* s, uint flags)
    {
        // A result of 0 or 256: no sign, even parity in its low byte; the corrections give the flags' own.
        s->FlagsResult = (flags & Zero) != 0 ? 0 : 256;
        s->FlagsAuxiliary = Pack((flags & Carry) != 0, (flags & Overflow) != 0)
            | ((flags & Adjust) != 0 ? AdjustBit : 0)
            | ((flags & Sign) != 0 ? SignCorrection : 0)
            | ((flags & Parity) != 0 ? 0 : 1UL << 8);
    }

    /// <summary>ZF and CF as given, all others clear: an ordered floating-point comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetOrder(CpuState* s, bool equal, bool less)
    {
        s->FlagsResult = equal ? 0 : 256;
        s->FlagsAuxiliary = Pack(less, overflow: false) | 1UL << 8;
    }

    /// <summary>RFLAGS as a push shows it.</summary>
    public static ulong ReadAll(CpuState* s) => Read(s) | (uint)s->SystemFlags | 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pack(bool carry, bool overflow) =>
        (carry ? CarryOut : 0) | (carry != overflow ? CarryIn : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetCarries<T>(CpuState* s, T carries, T result) where T : unmanaged, IBinaryInteger<T>
    {
        s->FlagsResult = Number.SignExtend(result);
        ulong wide = Number.ZeroExtend(carries);
        s->FlagsAuxiliary = ((wide << (64 - 8 * sizeof(T))) & (CarryOut | CarryIn)) | (wide & AdjustBit);
    }
}
