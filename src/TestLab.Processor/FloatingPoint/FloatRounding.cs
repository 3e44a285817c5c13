namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// From an exact value to a format: rounding, overflow, underflow, and everything these raise. Tininess is detected
/// after rounding, as x86 does.
/// </summary>
internal static class FloatRounding
{
    private const ulong Half = 1UL << 63;

    /// <summary>
    /// Whether a magnitude goes to the next one, given the fraction below its last bit, left-aligned.
    /// </summary>
    public static bool RoundsUp(RoundingMode mode, bool negative, bool odd, ulong fraction) => mode switch
    {
        RoundingMode.Nearest => fraction > Half || (fraction == Half && odd),
        RoundingMode.Down => negative & fraction != 0,
        RoundingMode.Up => !negative & fraction != 0,
        _ => false,
    };

    /// <summary>
    /// Rounds <c>high.low / 2^63 * 2^exponent</c>, of which bit 63 of <paramref name="high"/> is set and the last bit
    /// of <paramref name="low"/> may be sticky.
    /// </summary>
    public static TBits Round<TFormat, TBits>(
        bool negative, int exponent, ulong high, ulong low, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        int biased = exponent + TFormat.Bias;
        if (biased <= 0)
        {
            return RoundTiny<TFormat, TBits>(negative, biased, high, low, ref context);
        }

        ulong significand = RoundSignificand<TFormat, TBits>(negative, high, low, ref context, out bool inexact);
        if (significand < high && (significand & Half) == 0)
        {
            significand = Half;
            biased++;
        }

        if (biased >= TFormat.MaximumBiasedExponent)
        {
            return Overflow<TFormat, TBits>(negative, biased, significand, inexact, ref context);
        }

        if (inexact)
        {
            context.Raise(FloatExceptions.Inexact);
        }

        return TFormat.Pack(negative, biased, significand);
    }

    /// <summary>
    /// Rounds to the format's precision; zero when the carry left the top, and then one bit is the value.
    /// </summary>
    private static ulong RoundSignificand<TFormat, TBits>(
        bool negative, ulong high, ulong low, ref FloatContext context, out bool inexact)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        int precision = TFormat.PrecisionBits(context);
        ulong unit = 1UL << (64 - precision);
        ulong fraction = precision == 64 ? low : (high << precision) | Wide.Sticky(low);
        ulong kept = high & (0 - unit);
        inexact = fraction != 0;
        context.RoundedUp = RoundsUp(context.Rounding, negative, (high & unit) != 0, fraction);
        return context.RoundedUp ? unchecked(kept + unit) : kept;
    }

    private static TBits RoundTiny<TFormat, TBits>(
        bool negative, int biased, ulong high, ulong low, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        // Tiny is what stays below the smallest normal number with an exponent range without end.
        ulong unbounded = RoundSignificand<TFormat, TBits>(negative, high, low, ref context, out bool inexact);
        bool carried = (unbounded & Half) == 0;
        bool tiny = biased < 0 || !carried;
        if (tiny && !context.IsMasked(FloatExceptions.Underflow))
        {
            int adjusted = biased + (carried ? 1 : 0) + TFormat.ExponentAdjustment;
            bool isOutOfReach = adjusted <= 0; // Only FSCALE goes so far: a zero then, whatever the mode.
            if (TFormat.ExponentAdjustment != 0 && isOutOfReach)
            {
                context.RoundedUp = false;
                inexact = true;
            }

            context.Raise(FloatExceptions.Underflow | (inexact ? FloatExceptions.Inexact : FloatExceptions.None));
            return isOutOfReach
                ? TFormat.Pack(negative, 0, 0)
                : TFormat.Pack(negative, adjusted, carried ? Half : unbounded);
        }

        if (tiny && context.FlushToZero)
        {
            context.Raise(FloatExceptions.Underflow | FloatExceptions.Inexact);
            return TFormat.Pack(negative, 0, 0);
        }

        Wide.ShiftRightSticky(ref high, ref low, 1 - biased);
        ulong significand = RoundSignificand<TFormat, TBits>(negative, high, low, ref context, out inexact);
        if (inexact)
        {
            context.Raise(FloatExceptions.Inexact | (tiny ? FloatExceptions.Underflow : FloatExceptions.None));
        }

        return TFormat.Pack(negative, (significand & Half) != 0 ? 1 : 0, significand);
    }

    private static TBits Overflow<TFormat, TBits>(
        bool negative, int biased, ulong significand, bool inexact, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        if (!context.IsMasked(FloatExceptions.Overflow))
        {
            int adjusted = biased - TFormat.ExponentAdjustment;
            bool isOutOfReach = adjusted >= TFormat.MaximumBiasedExponent; // Infinity then, whatever the mode.
            if (TFormat.ExponentAdjustment != 0 && isOutOfReach)
            {
                context.RoundedUp = true;
                inexact = true;
            }

            context.Raise(FloatExceptions.Overflow | (inexact ? FloatExceptions.Inexact : FloatExceptions.None));
            return isOutOfReach
                ? TFormat.Pack(negative, TFormat.MaximumBiasedExponent, Half)
                : TFormat.Pack(negative, adjusted, significand);
        }

        context.Raise(FloatExceptions.Overflow | FloatExceptions.Inexact);
        context.RoundedUp = context.Rounding switch
        {
            RoundingMode.Nearest => true,
            RoundingMode.Down => negative,
            RoundingMode.Up => !negative,
            _ => false,
        };
        ulong largest = 0 - (1UL << (64 - TFormat.PrecisionBits(context)));
        return context.RoundedUp
            ? TFormat.Pack(negative, TFormat.MaximumBiasedExponent, Half)
            : TFormat.Pack(negative, TFormat.MaximumBiasedExponent - 1, largest);
    }
}
