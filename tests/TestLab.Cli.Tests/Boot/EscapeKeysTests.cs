using TestLab.Cli.Boot;

namespace TestLab.Cli.Tests.Boot;

public sealed class EscapeKeysTests
{
    [TestCase("ls\r", "ls\r", false)]
    [TestCase("\u001D", "", true)]
    [TestCase("a\u001Db", "a", true)]
    [TestCase("\u0001x", "", true)]
    [TestCase("\u0001a", "\u0001", false)]
    [TestCase("\u0001\u0001", "\u0001", false)]
    [TestCase("\u0001e", "\u0001e", false)]
    [TestCase("x\u0001ax", "x\u0001x", false)]
    [TestCase("\u0003\u0004\u001A", "\u0003\u0004\u001A", false)]
    public void OnlyTheEscapeLeaves(string typed, string passed, bool leaves)
    {
        var keys = new EscapeKeys();
        // Typed by hand, each key comes alone.
        byte[] seen = [.. typed.SelectMany(key => keys.HasLeft ? [] : keys.Filter([(byte)key]))];
        Assert.That(seen, Is.EqualTo(passed.Select(key => (byte)key)));
        Assert.That(keys.HasLeft, Is.EqualTo(leaves));
    }
}
