using TestLab.Cli.Hosting;

namespace TestLab.Cli.Tests.Hosting;

/// <summary>Lines that stay come now and then, however often something changes.</summary>
public sealed class DetailPauseTests
{
    [Test]
    public void TheFirstIsSaidAtOnceAndTheNextAfterAPause()
    {
        var time = new SetTime();
        var pause = new DetailPause(time);
        Assert.That((pause.IsOver(), pause.IsOver()), Is.EqualTo((true, false)));
        time.Ticks += DetailPause.Length.Ticks - 1;
        Assert.That(pause.IsOver(), Is.False);
        time.Ticks += 1;
        Assert.That((pause.IsOver(), pause.IsOver()), Is.EqualTo((true, false)));
        time.Ticks += 10 * DetailPause.Length.Ticks;
        Assert.That((pause.IsOver(), pause.IsOver()), Is.EqualTo((true, false)));
    }

    [Test]
    public void APipeGetsFewDetailsAndATerminalAll()
    {
        (string pipe, string terminal) = (Said(isTerminal: false), Said(isTerminal: true));
        Assert.That(pipe, Is.EqualTo("testlab: begins\ntestlab: 1 of 3\ntestlab: ends\n"));
        Assert.That(terminal, Does.Contain("1 of 3").And.Contain("2 of 3").And.Contain("3 of 3"));
    }

    private static string Said(bool isTerminal)
    {
        var output = new StringWriter();
        using (var line = new ProgressLine(output, isTerminal, new SetTime()))
        {
            line.Show("begins");
            foreach (string detail in (string[])["1 of 3", "2 of 3", "3 of 3"]) line.ShowDetail(detail);
            line.Show("ends");
        }
        return output.ToString();
    }

    private sealed class SetTime : TimeProvider
    {
        public long Ticks { get; set; } = 7;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
