using System.Text;
using TestLab.Cluster.Machines;

namespace TestLab.Cluster.Tests.Machines;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConsoleSampleTests
{
    private readonly ConsoleSample _sample = new();

    [Test]
    public void TheTailHoldsTheLastLinesAndTheOneThatGrows()
    {
        Write("one\r\ntwo\nlog");
        Assert.That(_sample.Tail, Is.EqualTo(new[] { "one", "two", "log" }));
        Write("in: ");
        Assert.That(_sample.Tail, Is.EqualTo(new[] { "one", "two", "login: " }));
    }

    [Test]
    public void NewLinesAreGivenOnceAndOnlyTheLastOfMany()
    {
        Write("a\nb\nc\n");
        Assert.That(_sample.TakeNew(2), Is.EqualTo(new[] { "b", "c" }));
        Assert.That(_sample.TakeNew(2), Is.Empty);
        Write("d");
        Assert.That(_sample.TakeNew(8), Is.EqualTo(new[] { "d" }));
    }

    [Test]
    public void SequencesForTerminalsAndControlsAreLeftOut()
    {
        Write("\e[1;31mred\e[0m\a \e(Bplain\0\n");
        Assert.That(_sample.Tail, Is.EqualTo(new[] { "red Bplain" }));
    }

    [Test]
    public void ALetterMayComeInPieces()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("\u20ac\n");
        foreach (byte one in bytes) _sample.Write([one]);
        Assert.That(_sample.Tail, Is.EqualTo(new[] { "\u20ac" }));
    }

    [Test]
    public void LinesAndColumnsAreBounded()
    {
        Write(new string('x', 3 * ConsoleSample.ColumnsMax) + "\n");
        Assert.That(_sample.Tail.Single(), Has.Length.EqualTo(ConsoleSample.ColumnsMax));
        for (int line = 0; line < 2 * ConsoleSample.LinesMax; line++) Write($"{line}\n");
        Assert.That(_sample.Tail, Has.Count.EqualTo(ConsoleSample.LinesMax));
        Assert.That(_sample.Tail[^1], Is.EqualTo($"{(2 * ConsoleSample.LinesMax) - 1}"));
    }

    private void Write(string text) => _sample.Write(Encoding.UTF8.GetBytes(text));
}
