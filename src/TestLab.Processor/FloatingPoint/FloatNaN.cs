namespace TestLab.Processor.FloatingPoint;

/// <summary>Invalid operations and the NaNs that come of them (SDM volume 1, 4.8.3.5 to 4.8.3.7).</summary>
internal static class FloatNaN
{
    /// <summary>Raises the exception; the format's default NaN.</summary>
    public static TBits Invalid<TFormat, TBits>(ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        context.Raise(FloatExceptions.Invalid);
        return TFormat.Pack(true, TFormat.MaximumBiasedExponent, Float80.IntegerBit | Float80.QuietBit);
    }

    /// <summary>The result of a one-operand operation on a NaN.</summary>
    public static TBits Propagate<TFormat, TBits>(in FloatOperand operand, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged =>
        Propagate<TFormat, TBits>(operand, operand, ref context);

    /// <summary>The result of a two-operand operation of which one operand at least is a NaN.</summary>
    public static TBits Propagate<TFormat, TBits>(
        in FloatOperand first, in FloatOperand second, ref FloatContext context)
        where TFormat : struct, IFloatFormat<TBits>
        where TBits : unmanaged
    {
        if (first.Class == FloatClass.Unsupported || second.Class == FloatClass.Unsupported)
        {
            return Invalid<TFormat, TBits>(ref context);
        }

        if (first.Class == FloatClass.SignallingNaN || second.Class == FloatClass.SignallingNaN)
        {
            context.Raise(FloatExceptions.Invalid);
        }

        FloatOperand winner = TFormat.FirstNaNWins(first, second) ? first : second;
        ulong payload = winner.Significand | Float80.QuietBit;
        return TFormat.Pack(winner.IsNegative, TFormat.MaximumBiasedExponent, payload);
    }
}
