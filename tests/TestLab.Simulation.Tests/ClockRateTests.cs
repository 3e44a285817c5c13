using System.Numerics;
using TestLab.Simulation;

namespace TestLab.Simulation.Tests;

public sealed class ClockRateTests
{
    private const int Cases = 20_000;

    [Test]
    public void TimeAndCountAgreeWithExactArithmetic([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        var random = new RandomStream(seed, "clock-rate", "cases");
        for (int index = 0; index < Cases; index++)
        {
            ulong instructions = 1 + random.NextBelow(1UL << (int)random.NextBelow(40));
            ulong nanoseconds = 1 + random.NextBelow(1UL << (int)random.NextBelow(40));
            var rate = new ClockRate(instructions, nanoseconds);
            ulong count = random.Next() >> (int)random.NextBelow(64);
            var time = new VirtualTime((long)(random.Next() >> 1 >> (int)random.NextBelow(62)));

            BigInteger expectedTime = (BigInteger)count * nanoseconds / instructions;
            BigInteger expectedCount = ((BigInteger)time.Nanoseconds * instructions + nanoseconds - 1) / nanoseconds;
            Assert.Multiple(() =>
            {
                Assert.That((BigInteger)rate.TimeAt(count).Nanoseconds, Is.EqualTo(BigInteger.Min(expectedTime, long.MaxValue)),
                    $"seed {seed} case {index}");
                Assert.That((BigInteger)rate.CountAt(time), Is.EqualTo(BigInteger.Min(expectedCount, ulong.MaxValue)),
                    $"seed {seed} case {index}");
            });
        }
    }

    [Test]
    public void AnEventIsSeenAtTheFirstCountThatIsNotBeforeIt()
    {
        var rate = ClockRate.FromMips(300);
        for (long time = 0; time < 1_000; time++)
        {
            ulong count = rate.CountAt(new VirtualTime(time));
            Assert.That(rate.TimeAt(count).Nanoseconds, Is.GreaterThanOrEqualTo(time));
            if (count > 0) Assert.That(rate.TimeAt(count - 1).Nanoseconds, Is.LessThan(time));
        }
    }

    [Test]
    public void AFrequencysTickBeginsAtTheFirstNanosecondThatHoldsIt()
    {
        var pit = new Frequency(14_318_180, 12);
        for (ulong tick = 0; tick < 100_000; tick += 7)
        {
            long nanoseconds = pit.NanosecondsOf(tick);
            Assert.That(pit.TicksIn(nanoseconds), Is.EqualTo(tick));
            if (tick > 0) Assert.That(pit.TicksIn(nanoseconds - 1), Is.EqualTo(tick - 1));
        }
    }

    [Test]
    public void AnAbsurdDelayNeverComes()
    {
        Assert.Multiple(() =>
        {
            Assert.That(VirtualTime.FromSeconds(1).After(long.MaxValue), Is.EqualTo(VirtualTime.Never));
            Assert.That(new Frequency(25_000_000).NanosecondsOf(ulong.MaxValue), Is.EqualTo(long.MaxValue));
            Assert.That(ClockRate.Default.CountAt(VirtualTime.Never), Is.EqualTo(ulong.MaxValue));
        });
    }
}
