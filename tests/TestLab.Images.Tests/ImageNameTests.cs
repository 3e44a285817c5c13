namespace TestLab.Images.Tests;

/// <summary>Names of images: only what can be built has one.</summary>
internal sealed class ImageNameTests
{
    [TestCase("tiny", "tiny:13", "amd64", "amd64")]
    [TestCase("tiny:11", "tiny:11", "amd64", "amd64")]
    [TestCase("tiny:12-amd64", "tiny:12", "amd64", "amd64")]
    [TestCase("tiny:12-i386", "tiny:12-i386", "i386", "686-pae")]
    [TestCase("tiny:12-i386-686-pae", "tiny:12-i386", "i386", "686-pae")]
    [TestCase("tiny:12-i386-686", "tiny:12-i386-686", "i386", "686")]
    [TestCase("debian", "debian:13", "amd64", "amd64")]
    [TestCase("debian:11-i386", "debian:11-i386", "i386", "686-pae")]
    public void ANameIsReadAndWrittenInItsShortestForm(
        string text,
        string shortest,
        string architecture,
        string flavour)
    {
        ImageName name = ImageName.Parse(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(name.ToString(), Is.EqualTo(shortest));
            Assert.That(name.Architecture, Is.EqualTo(architecture));
            Assert.That(name.Flavour, Is.EqualTo(flavour));
        }
    }

    [TestCase("")]
    [TestCase("tiny:")]
    [TestCase("tiny:10")]
    [TestCase("tiny:13-i386")]
    [TestCase("Tiny:13")]
    [TestCase("windows:11")]
    [TestCase("tiny:13:14")]
    public void WhatCannotBeBuiltHasNoName(string text)
        => Assert.That(
            () => ImageName.Parse(text),
            Throws.TypeOf<UnknownImageException>().With.Message.Contains("tiny:12-i386"));

    [Test]
    public void EveryNameReadsBackAndHasItsOwnAddress()
    {
        Assert.That(ImageName.All.Select(name => ImageName.Parse(name.ToString())), Is.EqualTo(ImageName.All));
        Assert.That(ImageName.All.Select(name => ImageRecipe.For(name).Address), Is.Unique);
    }
}
