using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

public sealed class ConsoleTailTests
{
    [Test]
    public void TheLastLinesStayAsPlainText()
    {
        var tail = new ConsoleTail();
        tail.Feed("old\n"u8);
        for (int line = 1; line < ConsoleTail.LinesMax; line++) tail.Feed("\r\n\e[32mline\a\r\n"u8);
        tail.Feed("the end"u8);
        string[] lines = tail.Text.Split(Environment.NewLine);
        Assert.That(lines, Has.Length.EqualTo(ConsoleTail.LinesMax));
        Assert.That((lines[0], lines[^1]), Is.EqualTo(("[32mline", "the end")));
    }

    [Test]
    public void ALineWithoutAnEndFillsNoMemory()
    {
        var tail = new ConsoleTail();
        tail.Feed("first"u8);
        for (int written = 0; written < ConsoleTail.BytesMax; written++) tail.Transmit((byte)'x');
        Assert.That(tail.Text, Is.EqualTo(new string('x', ConsoleTail.BytesMax)));
    }
}
