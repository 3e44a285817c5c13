using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

public sealed class ScratchTests
{
    [Test]
    public void WhatACrashLeftGoesWithTheNextOneAndWhatIsInUseStays()
    {
        string abandoned = Directory.CreateTempSubdirectory("testlab-files-").FullName;
        File.WriteAllText(Path.Combine(abandoned, ".lock"), "");
        File.WriteAllText(Path.Combine(abandoned, "0"), "left behind");
        string path;
        using (var used = new Scratch())
        {
            File.WriteAllText(Path.Combine(used.Path, "0"), "needed");
            using (var next = new Scratch()) Assert.That(next.Path, Is.Not.EqualTo(used.Path));
            Assert.That(Directory.Exists(abandoned), Is.False);
            Assert.That(File.ReadAllText(Path.Combine(used.Path, "0")), Is.EqualTo("needed"));
            path = used.Path;
        }

        Assert.That(Directory.Exists(path), Is.False);
    }
}
