using System.Text;
using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

public sealed class LimitedStreamTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void ItIsFullAtItsLimitAndSaysSoOnlyWhenThereIsMore(bool keepsPieces)
    {
        var bytes = new MemoryStream();
        using var stream = new LimitedStream(bytes, 10, keepsPieces);
        stream.Write("12345"u8);
        stream.Write("67890"u8);
        Assert.That((stream.IsCut, stream.Length), Is.EqualTo((false, 10)));
        stream.Write("x"u8);
        Assert.That((stream.IsCut, bytes.ToArray()), Is.EqualTo((true, "1234567890"u8.ToArray())));
    }

    [TestCase(false, "1234")]
    [TestCase(true, "123")]
    public void NothingComesAfterThePieceWithoutRoom(bool keepsPieces, string kept)
    {
        var bytes = new MemoryStream();
        using var stream = new LimitedStream(bytes, 4, keepsPieces);
        stream.Write("123"u8);
        stream.Write("45"u8);
        stream.Write("6"u8);
        Assert.That((stream.IsCut, Encoding.ASCII.GetString(bytes.ToArray())), Is.EqualTo((true, kept)));
    }
}
