using System.Numerics;
using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>
/// Functions in fixed point of 320 bits after the point, by methods other than those under test: plain Taylor series,
/// logarithms by repeated squaring, arc tangents by Euler's series.
/// </summary>
internal static class TranscendentalReference
{
    private const int Bits = 320;
    private const int LogarithmBits = 200;
    private static readonly BigInteger One = BigInteger.One << Bits;
    private static readonly BigInteger LogarithmOfTwo = MakeLogarithmOfTwo();

    /// <summary>Pi of 66 bits, as the x87 has it.</summary>
    private static readonly BigInteger HardwarePi = ((new BigInteger(3) << 64) | 0x243F6A8885A308D3UL) << (Bits - 64);

    private static readonly BigInteger Pi =
        4 * ((4 * InverseTangent(One / 5)) - InverseTangent(One / 239));

    public static BigInteger ToFixed(Float80 value)
    {
        int shift = Bits + value.BiasedExponent - 16383 - 63;
        BigInteger magnitude = shift >= 0
            ? new BigInteger(value.Significand) << shift
            : new BigInteger(value.Significand) >> -shift;
        return value.IsNegative ? -magnitude : magnitude;
    }

    /// <summary>How far a result is from the value it stands for, in units of its last place.</summary>
    public static double UnitsBetween(Float80 result, BigInteger exact)
    {
        BigInteger unit = BigInteger.One << (Bits + result.BiasedExponent - 16383 - 63);
        return (double)((BigInteger.Abs(ToFixed(result) - exact) << 40) / unit) / (1L << 40);
    }

    public static BigInteger Multiply(BigInteger left, BigInteger right) => (left * right) >> Bits;

    public static BigInteger Sine(BigInteger angle) => SineOfTurns(angle, 0);

    public static BigInteger Cosine(BigInteger angle) => SineOfTurns(angle, 1);

    public static BigInteger Tangent(BigInteger angle) => (Sine(angle) << Bits) / Cosine(angle);

    public static BigInteger ExponentialMinusOne(BigInteger value)
    {
        BigInteger power = Multiply(value, LogarithmOfTwo);
        BigInteger sum = 0;
        BigInteger term = One;
        for (int factor = 1; !term.IsZero && factor < 300; factor++)
        {
            term = Multiply(term, power) / factor;
            sum += term;
        }

        return sum;
    }

    /// <summary>log2: squaring a number between one and two gives the next bit of its logarithm.</summary>
    public static BigInteger BinaryLogarithm(BigInteger value)
    {
        int exponent = (int)value.GetBitLength() - 1 - Bits;
        BigInteger significand = exponent >= 0 ? value >> exponent : value << -exponent;
        BigInteger logarithm = exponent;
        for (int bit = 0; bit < LogarithmBits; bit++)
        {
            significand = Multiply(significand, significand);
            bool isAboveTwo = significand >= 2 * One;
            significand = isAboveTwo ? significand >> 1 : significand;
            logarithm = (logarithm << 1) + (isAboveTwo ? 1 : 0);
        }

        return logarithm << (Bits - LogarithmBits);
    }

    /// <summary>The angle of a point off the abscissa, between -pi and pi.</summary>
    public static BigInteger Angle(BigInteger y, BigInteger x)
    {
        BigInteger height = BigInteger.Abs(y);
        BigInteger width = BigInteger.Abs(x);
        BigInteger angle = height > width
            ? (Pi / 2) - InverseTangent((width << Bits) / height)
            : InverseTangent((height << Bits) / width);
        angle = x.Sign < 0 ? Pi - angle : angle;
        return y.Sign < 0 ? -angle : angle;
    }

    /// <summary>The sine of an angle and some quarter turns, the turns being those of the hardware's pi.</summary>
    private static BigInteger SineOfTurns(BigInteger angle, int more)
    {
        BigInteger quarter = HardwarePi / 2;
        BigInteger turns = (2 * angle + quarter) / (2 * quarter);
        turns -= 2 * angle + quarter < 2 * quarter * turns ? 1 : 0; // The division cuts; a floor is wanted.
        BigInteger rest = angle - (turns * quarter);
        int position = (int)((turns + more) & 3);
        BigInteger value = Taylor(rest, (position & 1) == 0 ? 1 : 0);
        return (position & 2) == 0 ? value : -value;
    }

    private static BigInteger Taylor(BigInteger angle, int first)
    {
        BigInteger square = Multiply(angle, angle);
        BigInteger term = first == 0 ? One : angle;
        BigInteger sum = term;
        for (int factor = first + 1; factor < 300 && !term.IsZero; factor += 2)
        {
            term = -Multiply(term, square) / (factor * (factor + 1));
            sum += term;
        }

        return sum;
    }

    /// <summary>Euler's series, whose terms fall at least by half up to a ratio of one.</summary>
    private static BigInteger InverseTangent(BigInteger ratio)
    {
        BigInteger square = Multiply(ratio, ratio);
        BigInteger step = (square << Bits) / (One + square);
        BigInteger term = (ratio << Bits) / (One + square);
        BigInteger sum = term;
        for (int index = 1; !term.IsZero; index++)
        {
            term = Multiply(term, step) * (2 * index) / ((2 * index) + 1);
            sum += term;
        }

        return sum;
    }

    private static BigInteger MakeLogarithmOfTwo()
    {
        BigInteger sum = 0;
        for (int index = 1; index <= Bits; index++)
        {
            sum += (One >> index) / index;
        }

        return sum;
    }
}
