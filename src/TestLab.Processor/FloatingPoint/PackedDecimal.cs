namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// The ten bytes of FBLD and FBSTP: eighteen decimal digits of four bits, sixteen of them in
/// <see cref="LowDigits"/>, and the sign in the top bit.
/// </summary>
public readonly record struct PackedDecimal(ulong LowDigits, ushort HighDigits)
{
    private const long Limit = 1_000_000_000_000_000_000;
    private const int LowDigitCount = 16;

    /// <summary>What FBSTP stores for a NaN, an infinity or a number of more than eighteen digits.</summary>
    public static PackedDecimal Indefinite => new(0xC000_0000_0000_0000, 0xFFFF);

    /// <summary>
    /// FBLD: exact. A digit above nine counts with its value; the seven unused bits count for nothing.
    /// </summary>
    public Float80 ToFloat80()
    {
        long magnitude = 0;
        for (int digit = LowDigitCount + 1; digit >= 0; digit--)
        {
            int value = digit < LowDigitCount
                ? (int)(LowDigits >> (digit * 4)) & 15
                : (HighDigits >> ((digit - LowDigitCount) * 4)) & 15;
            magnitude = (magnitude * 10) + value;
        }

        Float80 result = Float80Conversion.FromInteger(magnitude);
        return (HighDigits & 0x8000) != 0 ? result.Negate() : result;
    }

    /// <summary>FBSTP: rounded to an integer in the context's mode.</summary>
    public static PackedDecimal From(Float80 value, ref FloatContext context)
    {
        FloatContext trial = context;
        trial.Raised = FloatExceptions.None;
        long integer = FloatConversion.ToInteger(value, 64, context.Rounding, ref trial);
        if ((trial.Raised & FloatExceptions.Invalid) != 0 || integer is <= -Limit or >= Limit)
        {
            context.Raise(FloatExceptions.Invalid);
            return Indefinite;
        }

        context.RoundedUp = trial.RoundedUp;
        context.Raise(trial.Raised);
        ulong magnitude = (ulong)Math.Abs(integer);
        ulong low = 0;
        for (int shift = 0; shift < LowDigitCount * 4; shift += 4)
        {
            low |= (magnitude % 10) << shift;
            magnitude /= 10;
        }

        ulong high = (magnitude % 10) | ((magnitude / 10) << 4);
        return new PackedDecimal(low, (ushort)(high | (value.IsNegative ? 0x8000u : 0)));
    }
}
