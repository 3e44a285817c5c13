using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

public sealed class BoundedTextTests
{
    [Test]
    public void WhatFitsStaysWhole()
    {
        var text = new BoundedText(8);
        text.Add("abcd"u8);
        text.Add("efgh"u8);
        Assert.That(text.ToString(), Is.EqualTo("abcdefgh"));
    }

    [Test]
    public void OfMoreTheBeginningAndTheEndAreKept()
    {
        var text = new BoundedText(8);
        text.Add("abcdefghijkl"u8);
        Assert.That(text.ToString(), Is.EqualTo("abcd\n[4 bytes are left out here]\nijkl"));
    }
}
