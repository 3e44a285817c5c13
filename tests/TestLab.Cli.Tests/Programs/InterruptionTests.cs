namespace TestLab.Cli.Tests.Programs;

/// <summary>Signals at every part of a run: it ends in order, and leaves no process and no temporary file behind.</summary>
[Category("Slow")]
public sealed class InterruptionTests : RunFixture
{
    private const string Loop = "while :; do :; done";

    [TestCase("INT"), TestCase("TERM")]
    public void InAStep(string signal)
    {
        using ProgramSession session = Run($$"""
            machines: { box: { image: tiny } }
            steps: [ { name: it loops, run: "{{Loop}}", timeout: 10h } ]
            """);
        Await(session.Errors, "box: ready");
        session.Signal(signal);
        AssertStopped(session);
        Assert.That(Runs().Single().GetProperty("verdict").GetString(), Is.EqualTo("Cancelled"));
    }

    [Test]
    public void AsTheTerminalIsClosed()
    {
        using ProgramSession session = Run($$"""
            machines: { box: { image: tiny } }
            steps: [ { name: it loops, run: "{{Loop}}", timeout: 10h } ]
            """);
        Await(session.Errors, "box: ready");
        session.Signal("HUP");
        AssertStopped(session);
    }

    [Test]
    public void WhileAMachineBoots()
    {
        using ProgramSession session = Run("""
            machines: { box: { image: tiny, ready: { file: /never, within: 10h, every: 1ms } } }
            """);
        string console = Path.Combine(Folder, "out", "box.console");
        SpinWait.SpinUntil(() => File.Exists(console) || session.HasExited);
        session.Signal("INT");
        AssertStopped(session);
    }

    [Test]
    public void WhileMachinesAreShutDown()
    {
        using ProgramSession session = Run($$"""
            machines: { box: { image: tiny, stop: { run: "{{Loop}}", within: 10h } } }
            steps: [ { name: it passes, run: "true" } ]
            """);
        Await(session.Output, "it passes");
        session.Signal("INT");
        AssertStopped(session);
    }

    [Test]
    public void WhileAnImageIsBuilt()
    {
        string cache = Path.Combine(Folder, "cache");
        using ProgramSession session = Run("""
            machines: { box: { image: { base: debian:13, packages: [curl], files: { /etc/motd: motd } } } }
            """, $"TESTLAB_CACHE={cache}");
        Await(session.Errors, "box: "); // The first word of what is done for its image.
        session.Signal("INT");
        AssertStopped(session);
        Assert.That(
            Directory.EnumerateDirectories(cache, "*.partial", SearchOption.AllDirectories), Is.Empty, "Nothing half-made.");
    }

    [Test]
    public void ASecondSignalEndsItWhateverItDoes()
    {
        using ProgramSession session = Run($$"""
            machines: { box: { image: tiny } }
            steps: [ { name: it loops, run: "{{Loop}}", timeout: 10h } ]
            """);
        Await(session.Errors, "box: ready");
        session.Signal("INT");
        session.Signal("INT");
        Assert.That(session.End().ExitCode, Is.EqualTo(130));
        Assert.That(session.Processes, Is.Empty);
    }

    [Test]
    public void OneThatIsKilledHindersNoOther()
    {
        const string Text = """
            machines: { box: { image: tiny } }
            steps: [ { name: it waits, run: "while ! test -e /go; do :; done", timeout: 10h } ]
            """;
        using ProgramSession session = Run(Text);
        Await(session.Errors, "box: ready");
        session.Signal("KILL");
        session.End();
        Assert.That(session.Processes, Is.Empty);
        Assert.That(session.TemporaryFiles, Is.Empty);
        Outcome next = TestLabProgram.Run("run", Lab(Text.Replace("while ! test -e /go; do :; done", "true")), "--quiet");
        Assert.That((next.ExitCode, Runs().Count), Is.EqualTo((0, 1)), next.Errors);
    }

    private ProgramSession Run(string lab, params string[] variables)
    {
        File.WriteAllText(Path.Combine(Folder, "motd"), "hello\n");
        return new ProgramSession(Folder, variables, "run", Lab(lab), "--out", Path.Combine(Folder, "out"));
    }

    private static void AssertStopped(ProgramSession session)
    {
        (int code, string output, string errors) = session.End();
        Assert.That((code, output.Contains("stopped: lab", StringComparison.Ordinal)), Is.EqualTo((130, true)), output + errors);
        Assert.That(session.Processes, Is.Empty);
        Assert.That(session.TemporaryFiles, Is.Empty);
    }
}
