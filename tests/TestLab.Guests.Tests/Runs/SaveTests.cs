using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Runs;

/// <summary>A lab of guests is saved with frames under way, and goes on as if it had not been.</summary>
[Category("Slow")]
public sealed class SaveTests
{
    private static readonly LinkSettings Settings = new()
    {
        Rate = RateSettings.OfBits(2_000_000),
        Delay = DelaySettings.OfMilliseconds(30, 5),
        Loss = LossModel.RandomPercent(2),
    };

    [Test]
    public void ARestoredLabGoesOnToTheHashOfTheOneThatWasSaved()
    {
        using var saved = new MemoryStream();
        using GuestLab lab = GuestLab.OfTwo(DuplexSettings.Same(Settings), out Guest first, out Guest second, out _);
        second.Begin("nc -l -p 5000 | sha256sum");
        lab.Advance(VirtualTime.NanosecondsPerSecond / 10);
        first.Begin("head -c 400000 /dev/urandom | nc 10.0.0.2 5000");
        lab.Advance(777_777_777);
        lab.Executor.Save(saved);
        TestContext.Out.WriteLine($"saved at {lab.Now}: {saved.Length >> 20} MiB");

        using GuestLab other = GuestLab.OfTwo(DuplexSettings.Same(Settings), out _, out _, out _);
        saved.Position = 0;
        other.Executor.Restore(saved);
        Assert.That(other.Now, Is.EqualTo(lab.Now));
        foreach (long step in (long[])[0, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000])
        {
            lab.Advance(step);
            other.Advance(step);
            Assert.That(PartsOf(other), Is.EqualTo(PartsOf(lab)), $"at {lab.Now}");
        }

        Assert.That(other.Executor.Hash(), Is.EqualTo(lab.Executor.Hash()));
    }

    private static string[] PartsOf(GuestLab lab) =>
    [
        .. from process in lab.Executor.Processes
           from part in process.HashParts()
           select $"{process.Name}: {part.Name} {part.Hash}",
    ];
}
