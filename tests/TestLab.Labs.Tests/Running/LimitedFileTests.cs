using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

public sealed class LimitedFileTests
{
    [Test]
    public void ItEndsBeforeTheFirstPieceWithoutRoom()
    {
        var bytes = new MemoryStream();
        using var file = new LimitedFile(bytes, 10);
        file.Write("12345"u8);
        file.Write("67890"u8);
        Assert.That((file.IsCut, file.Length), Is.EqualTo((false, 10)));
        file.Write("x"u8);
        Assert.That((file.IsCut, bytes.Length), Is.EqualTo((true, 10)));
    }

    [Test]
    public void NothingComesAfterAGap()
    {
        var bytes = new MemoryStream();
        using var file = new LimitedFile(bytes, 4);
        file.Write("123"u8);
        file.Write("45"u8);
        file.Write("6"u8);
        Assert.That((file.IsCut, bytes.ToArray()), Is.EqualTo((true, "123"u8.ToArray())));
    }
}
