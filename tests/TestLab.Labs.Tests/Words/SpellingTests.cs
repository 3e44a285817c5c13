using TestLab.Labs.Words;

namespace TestLab.Labs.Tests.Words;

public sealed class SpellingTests
{
    private static readonly string[] Known = ["--image", "--kernel", "--initrd", "--run", "--restore", "--cpu"];

    [TestCase("--imgae", "--image")]
    [TestCase("--kernl", "--kernel")]
    [TestCase("--rum", "--run")]
    [TestCase("--restroe", "--restore")]
    [TestCase("--init", "--initrd")]
    public void ANearWordIsFound(string typed, string meant) =>
        Assert.That(Spelling.Nearest(typed, Known), Is.EqualTo(meant));

    [TestCase("--frobnicate")]
    [TestCase("--x")]
    public void AFarWordIsNotGuessed(string typed) => Assert.That(Spelling.Nearest(typed, Known), Is.Null);

    [TestCase("", "abc", 3)]
    [TestCase("abc", "abc", 0)]
    [TestCase("abcd", "abdc", 1)]
    [TestCase("kitten", "sitting", 3)]
    public void DistancesCountEdits(string from, string to, int distance)
    {
        Assert.That(Spelling.Distance(from, to), Is.EqualTo(distance));
        Assert.That(Spelling.Distance(to, from), Is.EqualTo(distance));
    }
}
