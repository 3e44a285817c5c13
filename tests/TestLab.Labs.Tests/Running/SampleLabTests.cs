using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Processor.Execution;

namespace TestLab.Labs.Tests.Running;

/// <summary>The labs that come with the program, with the software of Debian's packages.</summary>
[Category("Slow")]
public sealed class SampleLabTests
{
    [Test]
    public async Task TheWebLosesNoRequestAndIsTheSameOnOneThreadAndOnTwo()
    {
        CellResult first = await RunAsync("web", threads: 1);
        CellResult second = await RunAsync("web", threads: 2);
        Assert.Multiple(() =>
        {
            Assert.That(first.Failure, Is.Null);
            Assert.That(first.Steps.Select(step => step.Verdict), Is.All.EqualTo(StepVerdict.Passed));
            Assert.That(first.Hash, Is.Not.Null.And.EqualTo(second.Hash));
        });
    }

    [TestCase("hello")]
    [TestCase("web")]
    public async Task ALabIsTheSameOnBothEngines(string name)
    {
        if (!Engines.CanTranslate) Assert.Ignore("The host is not Linux on x86-64.");
        CellResult interpreted = await RunAsync(name, threads: 2, "interpreter");
        CellResult translated = await RunAsync(name, threads: 2, "translator");
        Assert.That(translated.Steps.Select(step => step.Verdict), Is.All.EqualTo(StepVerdict.Passed));
        Assert.That(interpreted.Hash, Is.Not.Null.And.EqualTo(translated.Hash));
    }

    /// <summary>One cell of ten: the others differ in the release, the word size or the line, and take an image each.</summary>
    [Test]
    public async Task AProgramIsFetchedBuiltAndRunInTheNewestDebianOverASlowLine()
    {
        CellResult result = await Rehearsal.RunFileAsync(
            Path.Combine(Root(), "labs", "matrix", LabFile.Name),
            new LabRunOptions { ThreadCount = 2 },
            "release=13", "line=3g@wpt");
        Assert.That(result.Failure, Is.Null);
        Assert.That(result.Steps.Select(step => step.Verdict), Is.All.EqualTo(StepVerdict.Passed));
    }

    private static Task<CellResult> RunAsync(string name, int threads, string? engine = null) => Rehearsal.RunFileAsync(
        Path.Combine(Root(), "labs", name, LabFile.Name), new LabRunOptions { ThreadCount = threads, Engine = engine });

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TestLab.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run inside the repository.");
    }
}
