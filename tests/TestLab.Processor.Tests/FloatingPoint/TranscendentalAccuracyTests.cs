using System.Numerics;
using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>The transcendental functions against an exact reference, on every host: half a unit when rounding to
/// nearest, one unit in the other modes.</summary>
public sealed class TranscendentalAccuracyTests
{
    private const int Seed = 271828;
    private const int Count = 1500;
    private const int RangeEnd = 62;
    private const double Slack = 1e-6;

    private delegate Float80 Function(Float80 first, Float80 second, ref FloatContext context);

    [Test]
    public void SineIsRoundedRightly() =>
        Measure(
            -30, RangeEnd, (a, b, ref c) => Float80Trigonometry.Sine(a, out _, ref c),
            (a, b) => TranscendentalReference.Sine(a));

    [Test]
    public void CosineIsRoundedRightly() =>
        Measure(
            -30, RangeEnd, (a, b, ref c) => Float80Trigonometry.Cosine(a, out _, ref c),
            (a, b) => TranscendentalReference.Cosine(a));

    [Test]
    public void TangentIsRoundedRightly() =>
        Measure(
            -50, RangeEnd, (a, b, ref c) => Float80Trigonometry.Tangent(a, out _, out _, ref c),
            (a, b) => TranscendentalReference.Tangent(a));

    [Test]
    public void InverseTangentIsRoundedRightly() =>
        Measure(
            -8, 8, (a, b, ref c) => Float80InverseTangent.Evaluate(a, b, ref c), TranscendentalReference.Angle);

    [Test]
    public void ExponentialIsRoundedRightly() =>
        Measure(
            -70, -1, (a, b, ref c) => Float80Logarithms.ExponentialMinusOne(a, ref c),
            (a, b) => TranscendentalReference.ExponentialMinusOne(a));

    [Test]
    public void LogarithmIsRoundedRightly() =>
        Measure(
            -20, 20, (a, b, ref c) => Float80Logarithms.Logarithm(b, a.Absolute(), ref c),
            (a, b) => TranscendentalReference.Multiply(
                b, TranscendentalReference.BinaryLogarithm(BigInteger.Abs(a))));

    [Test]
    public void LogarithmNearOneIsRoundedRightly() =>
        Measure(
            -25, -2, (a, b, ref c) => Float80Logarithms.LogarithmOfOnePlus(b, a, ref c),
            (a, b) => TranscendentalReference.Multiply(
                b,
                TranscendentalReference.BinaryLogarithm(a + TranscendentalReference.ToFixed(Float80.One))));

    private static void Measure(
        int lowest, int highest, Function function, Func<BigInteger, BigInteger, BigInteger> reference)
    {
        OperandSource source = new(Seed);
        double worstNearest = 0;
        double worstDirected = 0;
        for (int index = 0; index < Count; index++)
        {
            Float80 first = highest == RangeEnd && source.Below(3) == 0
                ? DrawNearQuarterTurn(source)
                : Draw(source, lowest, highest);
            Float80 second = Draw(source, lowest, highest);
            RoundingMode mode = (RoundingMode)source.Below(4);
            FloatContext context = new() { Rounding = mode, PrecisionBits = 64, Masked = FloatExceptions.All };
            Float80 result = function(first, second, ref context);
            BigInteger exact =
                reference(TranscendentalReference.ToFixed(first), TranscendentalReference.ToFixed(second));
            double error = TranscendentalReference.UnitsBetween(result, exact);
            ref double worst = ref mode == RoundingMode.Nearest ? ref worstNearest : ref worstDirected;
            worst = Math.Max(worst, error);
            bool isBelow = TranscendentalReference.ToFixed(result) < exact;
            bool isAbove = TranscendentalReference.ToFixed(result) > exact;
            Assert.That(
                (mode == RoundingMode.Down && isAbove) || (mode == RoundingMode.Up && isBelow),
                Is.False,
                $"seed {Seed}: {first}, {second} rounded the wrong way in mode {mode}");
        }

        TestContext.Out.WriteLine($"worst error: nearest {worstNearest:F9}, directed {worstDirected:F9} units");
        Assert.That(worstNearest, Is.LessThanOrEqualTo(0.5 + Slack), $"seed {Seed}");
        Assert.That(worstDirected, Is.LessThanOrEqualTo(1 + Slack), $"seed {Seed}");
    }

    private static Float80 Draw(OperandSource source, int lowest, int highest)
    {
        ulong significand = source.Bits() | (1UL << 63);
        int biased = 16383 + lowest + source.Below(highest - lowest + 1);
        return new Float80(significand, (ushort)(biased | (source.Below(2) << 15)));
    }

    private static Float80 DrawNearQuarterTurn(OperandSource source)
    {
        UInt128 bits = source.NextAngleNearQuarterTurn();
        return new Float80((ulong)bits, (ushort)(bits >> 64));
    }
}
