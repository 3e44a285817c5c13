using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>What callers of the floating-point core rely on, in examples that can be checked by hand.</summary>
public sealed class FloatBehaviourTests
{
    private const uint DefaultMxcsr = 0x1F80;
    private const ushort DefaultControlWord = 0x37F;
    private const uint One32 = 0x3F800000;
    private const uint SignallingNaN32 = 0x7F800001;

    [Test]
    public void AnInexactSumRaisesItsFlagAndRoundsByTheMode()
    {
        const uint tiny = 0x33000000; // 2^-25
        foreach ((uint mode, uint expected) in new[] { (0u, One32), (1u, One32), (2u, One32 + 1), (3u, One32) })
        {
            FloatContext context = FloatContext.FromMxcsr(DefaultMxcsr | (mode << 13));
            Assert.That(Binary32.Add(One32, tiny, ref context), Is.EqualTo(expected), $"mode {mode}");
            Assert.That(context.Reported, Is.EqualTo(FloatExceptions.Inexact));
            Assert.That(context.Unmasked, Is.EqualTo(FloatExceptions.None));
        }
    }

    [Test]
    public void ASignallingNaNComesOutQuietAndInvalid()
    {
        FloatContext context = FloatContext.FromMxcsr(DefaultMxcsr);
        Assert.That(Binary32.Multiply(SignallingNaN32, One32, ref context), Is.EqualTo(0x7FC00001u));
        Assert.That(context.Reported, Is.EqualTo(FloatExceptions.Invalid));
    }

    [Test]
    public void AnUnmaskedDivisionByZeroSuppressesTheOperation()
    {
        FloatContext context = FloatContext.FromControlWord(DefaultControlWord & ~4);
        Float80Arithmetic.Divide(Float80.One, Float80.Zero, ref context);
        Assert.That(context.SuppressesOperation, Is.True);
        Assert.That(context.Unmasked, Is.EqualTo(FloatExceptions.DivideByZero));
    }

    [Test]
    public void AnUnmaskedOperandExceptionOfOneLaneHidesTheRoundingOfTheOthers()
    {
        FloatContext context = FloatContext.FromMxcsr(DefaultMxcsr & ~0x80u);
        Binary32.Add(One32, 0x33000000, ref context);
        Binary32.Add(SignallingNaN32, One32, ref context);
        Assert.That(context.Reported, Is.EqualTo(FloatExceptions.Invalid));
    }

    [Test]
    public void WhatFitsNoIntegerIsTheIntegerIndefinite()
    {
        FloatContext context = FloatContext.FromMxcsr(DefaultMxcsr);
        Assert.That(Binary64.ToInt32(0x7FF8000000000000, ref context), Is.EqualTo(int.MinValue));
        Assert.That(Binary64.ToInt64(0x43E0000000000000, ref context), Is.EqualTo(long.MinValue)); // 2^63
        Assert.That(context.Reported, Is.EqualTo(FloatExceptions.Invalid));
    }

    [Test]
    public void PrecisionControlShortensASum()
    {
        FloatContext context = FloatContext.FromControlWord(0x7F); // 24 bits
        Float80 tiny = new(1UL << 63, 16383 - 30);
        Assert.That(Float80Arithmetic.Add(Float80.One, tiny, ref context), Is.EqualTo(Float80.One));
        Assert.That(context.Raised, Is.EqualTo(FloatExceptions.Inexact));
        Assert.That(context.RoundedUp, Is.False);
    }

    [Test]
    public void TheSineOfTheRegisterNearestToPiIsWhatTheHardwaresPiMakesIt()
    {
        FloatContext context = FloatContext.FromControlWord(DefaultControlWord);
        Float80 sine = Float80Trigonometry.Sine(
            Float80Constants.Pi(RoundingMode.Nearest), out bool isOutOfRange, ref context);
        Assert.That(isOutOfRange, Is.False);
        Assert.That(sine, Is.EqualTo(new Float80(1UL << 63, 0x8000 | (16383 - 64)))); // -2^-64
    }

    [Test]
    public void AnAngleOfTwoToTheSixtyThirdIsOutOfRangeAndRaisesNothing()
    {
        FloatContext context = FloatContext.FromControlWord(DefaultControlWord);
        Float80Trigonometry.Cosine(new Float80(1UL << 63, 16383 + 63), out bool isOutOfRange, ref context);
        Assert.That(isOutOfRange, Is.True);
        Assert.That(context.Raised, Is.EqualTo(FloatExceptions.None));
    }

    [Test]
    public void ALongRemainderIsLeftForASecondStep()
    {
        FloatContext context = FloatContext.FromControlWord(DefaultControlWord);
        Float80 large = new(0xC000000000000000, 16383 + 100);
        Float80 rest = Float80Remainder.Truncating(large, Float80.One, out bool isPartial, out _, ref context);
        Assert.That(isPartial, Is.True);
        Assert.That(rest, Is.EqualTo(Float80.Zero));
    }

    [Test]
    public void NineteenDigitsDoNotFitAPackedDecimal()
    {
        FloatContext context = FloatContext.FromControlWord(DefaultControlWord);
        Float80 largest = Float80Conversion.FromInteger(999_999_999_999_999_999);
        PackedDecimal digits = PackedDecimal.From(largest, ref context);
        Assert.That(digits, Is.EqualTo(new PackedDecimal(0x9999_9999_9999_9999, 0x99)));
        Assert.That(digits.ToFloat80(), Is.EqualTo(largest));
        Assert.That(context.Raised, Is.EqualTo(FloatExceptions.None));
        PackedDecimal beyond = PackedDecimal.From(
            Float80Conversion.FromInteger(1_000_000_000_000_000_000), ref context);
        Assert.That(beyond, Is.EqualTo(PackedDecimal.Indefinite));
        Assert.That(context.Raised, Is.EqualTo(FloatExceptions.Invalid));
    }
}
