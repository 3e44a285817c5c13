using TestLab.Images.Words;

namespace TestLab.Images.Tests.Words;

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

    [TestCase("curll", "curl")]
    [TestCase("nginx-lihgt", "nginx-light")]
    [TestCase("gcc", "gcc")]
    [TestCase("gdbb", null)]
    [TestCase("ngin", null)]
    [TestCase("no-such-thing-at-all", null)]
    public void AmongManyANameIsNearerThanAmongFew(string typed, string? meant) => Assert.That(
        Spelling.NearestOfMany(typed, ["bash", "curl", "gcc", "nginx-light", "nginx-core"]), Is.EqualTo(meant));

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
