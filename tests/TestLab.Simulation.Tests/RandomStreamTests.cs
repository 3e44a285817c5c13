using TestLab.Simulation;

namespace TestLab.Simulation.Tests;

public sealed class RandomStreamTests
{
    [Test]
    public void ANumberDependsOnKeyAndIndexOnly()
    {
        var stream = new RandomStream(7, "server/net0", "loss");
        ulong[] drawn = [.. Enumerable.Range(0, 8).Select(_ => stream.Next())];
        var again = new RandomStream(7, "server/net0", "loss");
        Assert.Multiple(() =>
        {
            for (int index = 7; index >= 0; index--) Assert.That(again.At((ulong)index), Is.EqualTo(drawn[index]));
            Assert.That(new RandomStream(8, "server/net0", "loss").At(0), Is.Not.EqualTo(drawn[0]));
            Assert.That(new RandomStream(7, "server/net1", "loss").At(0), Is.Not.EqualTo(drawn[0]));
            Assert.That(new RandomStream(7, "server/net0", "delay").At(0), Is.Not.EqualTo(drawn[0]));
        });
    }

    [Test]
    public void TheNumbersOfAReleaseStay()
    {
        // Runs of last year must replay: these values are part of the format.
        var stream = new RandomStream(42, "machine", "rdrand");
        Assert.That((ulong[])[stream.At(0), stream.At(1), stream.At(ulong.MaxValue)], Is.EqualTo(Recorded));
    }

    [Test]
    public void BitsAreEvenlyFilled()
    {
        var stream = new RandomStream(1, "a", "b");
        int[] ones = new int[64];
        const int Draws = 20_000;
        for (int draw = 0; draw < Draws; draw++)
        {
            ulong value = stream.Next();
            for (int bit = 0; bit < 64; bit++) ones[bit] += (int)(value >> bit & 1);
        }

        // Six standard deviations.
        Assert.That(ones, Has.All.InRange(Draws / 2 - 425, Draws / 2 + 425));
    }

    private static readonly ulong[] Recorded = [0x04F5F2D321337084, 0x8C5295D47120CD2A, 0xDD1FD6BF314E07D5];
}
