using TestLab.Cli.Boot;

namespace TestLab.Cli.Tests.Boot;

public sealed class BoundedStreamTests
{
    [Test]
    public void TheBeginningIsKeptAndItIsSaidThatThereWasMore()
    {
        using var stream = new BoundedStream();
        stream.Write(new byte[BoundedStream.LimitBytes - 1]);
        stream.Write("x"u8);
        Assert.That((stream.Length, stream.IsCut), Is.EqualTo((BoundedStream.LimitBytes, false)));
        stream.Write("yz"u8);
        Assert.That((stream.Length, stream.IsCut, stream.Text[^1]), Is.EqualTo((BoundedStream.LimitBytes, true, 'x')));
    }
}
