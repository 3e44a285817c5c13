using System.Text;
using TestLab.Cli.Boot;

namespace TestLab.Cli.Tests.Boot;

public sealed class TextWatchTests
{
    [Test]
    public void ATextIsFoundHoweverItIsCut([Range(1, 12)] int pieceLength)
    {
        var watch = new TextWatch("login: ");
        foreach (byte[] piece in Encoding.ASCII.GetBytes("lologin:login: x").Chunk(pieceLength)) watch.Feed(piece);
        Assert.That(watch.IsFound, Is.True);
    }

    [Test]
    public void WhatOnlyLooksLikeTheTextIsNotIt()
    {
        var watch = new TextWatch("login: ");
        foreach (byte letter in Encoding.ASCII.GetBytes("login:login:\nlogin")) watch.Feed([letter]);
        Assert.That(watch.IsFound, Is.False);
    }

    [Test]
    public void OneLetterIsATextToo()
    {
        var watch = new TextWatch("#");
        watch.Feed("abc"u8);
        Assert.That(watch.IsFound, Is.False);
        watch.Feed("#"u8);
        Assert.That(watch.IsFound, Is.True);
    }
}
