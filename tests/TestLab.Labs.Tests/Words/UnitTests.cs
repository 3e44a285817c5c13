using TestLab.Labs.Words;

namespace TestLab.Labs.Tests.Words;

public sealed class UnitTests
{
    [TestCase("128MiB", 128L << 20)]
    [TestCase("1.5 GiB", 3L << 29)]
    [TestCase("64M", 64L << 20)]
    [TestCase("4096B", 4096)]
    [TestCase("16gib", 16L << 30)]
    public void SizesAreBytes(string text, long bytes) => AssertReads(Unit.Size, text, bytes);

    [TestCase("30s", 30_000_000_000)]
    [TestCase("5m", 300_000_000_000)]
    [TestCase("1.25ms", 1_250_000)]
    [TestCase("2h", 7_200_000_000_000)]
    [TestCase("0s", 0)]
    [TestCase(" 7 us ", 7_000)]
    public void DurationsAreNanoseconds(string text, long nanoseconds) => AssertReads(Unit.Duration, text, nanoseconds);

    [TestCase("1000MIPS", 1_000_000_000)]
    [TestCase("0.5GIPS", 500_000_000)]
    public void SpeedsAreInstructionsASecond(string text, long speed) => AssertReads(Unit.Speed, text, speed);

    [TestCase("512kbit", 512_000)]
    [TestCase("2.0Mbit", 2_000_000)]
    public void RatesAreBitsASecond(string text, long rate) => AssertReads(Unit.Rate, text, rate);

    [TestCase("128", "\"128\" has no unit; write it like 128MiB")]
    [TestCase("", "\"\" is no size; write it like 128MiB")]
    [TestCase("-1MiB", "\"-1MiB\" is no size; write it like 128MiB")]
    [TestCase("MiB", "\"MiB\" is no size; write it like 128MiB")]
    [TestCase("1.2.3MiB", "\"1.2.3MiB\" is no size; write it like 128MiB")]
    [TestCase("1e3MiB", "\"1e3MiB\" has an unknown unit; known are B, KiB, MiB, GiB, TiB, K, M, G")]
    [TestCase("12s", "\"12s\" has an unknown unit; known are B, KiB, MiB, GiB, TiB, K, M, G")]
    [TestCase("0.1B", "\"0.1B\" is no whole number of B")]
    [TestCase("8388608TiB", "\"8388608TiB\" is too large a size")]
    [TestCase("99999999999999999999999999999B", "\"99999999999999999999999999999B\" is no size; write it like 128MiB")]
    public void AWrongSizeIsExplained(string text, string explanation)
    {
        Assert.That(Unit.Size.TryParse(text, out _, out string? error), Is.False);
        Assert.That(error, Is.EqualTo(explanation));
    }

    [Test]
    public void TheLargestSizeIsReadAndOneMoreIsNot()
    {
        AssertReads(Unit.Size, $"{long.MaxValue}B", long.MaxValue);
        Assert.That(Unit.Size.TryParse("9223372036854775808B", out _, out _), Is.False);
    }

    [TestCase(3_600_000_000_000, "1h")]
    [TestCase(90_000_000_000, "90s")]
    [TestCase(1_500_000, "1500us")]
    public void WhatIsFormattedReadsBack(long nanoseconds, string text)
    {
        Assert.That(Unit.Duration.Format(nanoseconds), Is.EqualTo(text));
        AssertReads(Unit.Duration, text, nanoseconds);
    }

    [TestCase(0, "0B")]
    [TestCase(1023, "1023B")]
    [TestCase(1536, "1.5KiB")]
    [TestCase(5L << 30, "5.0GiB")]
    public void ApproximationsAreShort(long bytes, string text) =>
        Assert.That(Unit.Size.Approximate(bytes), Is.EqualTo(text));

    private static void AssertReads(Unit unit, string text, long expected)
    {
        Assert.That(unit.TryParse(text, out long value, out string? error), Is.True, error);
        Assert.That(value, Is.EqualTo(expected));
    }
}
