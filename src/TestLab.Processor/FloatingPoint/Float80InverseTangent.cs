namespace TestLab.Processor.FloatingPoint;

/// <summary>
/// FPATAN: the angle of the point (x, y) in all four quadrants (SDM volume 2, FPATAN, with its table).
/// </summary>
public static class Float80InverseTangent
{
    private const int TableSteps = 16;
    private const int SmallestTabledExponent = -6;
    private static readonly UInt128 PiSignificand = new(0xC90FDAA22168C234, 0xC4C6628B80DC1CD1);
    private static readonly WideFloat Pi = new(false, 1, PiSignificand);
    private static readonly WideFloat HalfPi = new(false, 0, PiSignificand);
    private static readonly WideFloat QuarterPi = new(false, -1, PiSignificand);
    private static readonly WideFloat ThreeQuartersPi = HalfPi + QuarterPi;

    /// <summary>arctan(k/16) as fractions of 128 bits, k from 0 to 16.</summary>
    private static readonly UInt128[] Table =
    [
        0,
        new(0x0FFAADDB967EF4E3, 0x6CB2792DC0E2E0D5),
        new(0x1FD5BA9AAC2F6DC6, 0x5912F313E7D111DE),
        new(0x2F72F6979CB6044D, 0x1EC2D3E207271D21),
        new(0x3EB6EBF25901BAC5, 0x5B71E7BD7DE885F9),
        new(0x4D89DCDC1FAF2F34, 0xE2D5DA4C693D7994),
        new(0x5BD86507937BC239, 0xC55190916E7F2241),
        new(0x6993BB0F308FF2DB, 0x213E4AF4800F389B),
        new(0x76B19C1586ED3DA2, 0xB7F222F65E1D4681),
        new(0x832BF4A6D9867E2A, 0x4B6A09CB61A515C0),
        new(0x8F005D5EF7F59F9B, 0x5C835E1665C43747),
        new(0x9A2F80E671BDDA20, 0x4226F8E2204FF3BC),
        new(0xA4BC7D1934F70924, 0x19A87F2A457DAC9E),
        new(0xAEAC4C38B4D8C080, 0x14725E2F3E52070A),
        new(0xB8053E2BC2319E73, 0xCB2DA55210A4443D),
        new(0xC0CE85B8AC526640, 0x89DD62C46E92FA24),
        new(0xC90FDAA22168C234, 0xC4C6628B80DC1CD1),
    ];

    /// <summary>FPATAN with y from ST1 and x from ST0.</summary>
    public static Float80 Evaluate(Float80 y, Float80 x, ref FloatContext context)
    {
        FloatOperand ordinate = y;
        FloatOperand abscissa = x;
        if (ordinate.IsNaN || abscissa.IsNaN)
        {
            return FloatNaN.Propagate<Float80FullFormat, Float80>(abscissa, ordinate, ref context);
        }

        if ((ordinate.IsDenormal || abscissa.IsDenormal) && context.Raise(FloatExceptions.Denormal))
        {
            return default;
        }

        if (ordinate.IsZero || (abscissa.IsInfinity && !ordinate.IsInfinity))
        {
            return abscissa.IsNegative
                ? Pi.WithSign(ordinate.IsNegative).Round(ref context)
                : Float80.Pack(ordinate.IsNegative, 0, 0);
        }

        return Angle(ordinate, abscissa).WithSign(ordinate.IsNegative).Round(ref context);
    }

    /// <summary>The angle between 0 and pi of a point that is not on the abscissa.</summary>
    private static WideFloat Angle(in FloatOperand ordinate, in FloatOperand abscissa)
    {
        if (ordinate.IsInfinity && abscissa.IsInfinity)
        {
            return abscissa.IsNegative ? ThreeQuartersPi : QuarterPi;
        }

        if (ordinate.IsInfinity || abscissa.IsZero)
        {
            return HalfPi;
        }

        if (FloatComparison.CompareMagnitudes(ordinate, abscissa) > 0)
        {
            WideFloat beside = OfRatio(abscissa, ordinate);
            return HalfPi + beside.WithSign(!abscissa.IsNegative);
        }

        WideFloat angle = OfRatio(ordinate, abscissa);
        return abscissa.IsNegative ? Pi + angle.WithSign(true) : angle;
    }

    /// <summary>
    /// The arc tangent of a ratio up to one of magnitudes: that of the nearest sixteenth from the table, and of
    /// (r - c) / (1 + rc), which is small, by the series.
    /// </summary>
    private static WideFloat OfRatio(in FloatOperand numerator, in FloatOperand denominator)
    {
        int distance = denominator.Exponent - numerator.Exponent;
        int step = distance > -SmallestTabledExponent ? 0 : NearestStep(numerator, denominator, distance);
        if (step == 0)
        {
            return OfSmall(WideFloat.From(numerator).WithSign(false) / WideFloat.From(denominator).WithSign(false));
        }

        // All exact: 64 bits of significand, six of distance, five of the table's step.
        UInt128 left = numerator.Significand;
        UInt128 right = (UInt128)denominator.Significand << distance;
        UInt128 product = right * (uint)step;
        bool isBelow = left * TableSteps < product;
        UInt128 difference = isBelow ? product - (left * TableSteps) : (left * TableSteps) - product;
        WideFloat tabled = WideFloat.FromFraction(false, Table[step]);
        if (difference == 0)
        {
            return tabled;
        }

        WideFloat divisor = WideFloat.Normalize(false, 0, (right * TableSteps) + (left * (uint)step));
        return tabled + OfSmall(WideFloat.Normalize(isBelow, 0, difference) / divisor);
    }

    private static int NearestStep(in FloatOperand numerator, in FloatOperand denominator, int distance)
    {
        ulong divisor = (denominator.Significand >> 32) << distance;
        return (int)(((numerator.Significand >> 32 << 4) + (divisor >> 1)) / divisor);
    }

    private static WideFloat OfSmall(in WideFloat ratio) =>
        ratio * WideFloat.FromFraction(false, Series.InverseTangentRatio((ratio * ratio).ToFraction()));
}
