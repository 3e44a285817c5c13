using System.Text.RegularExpressions;

namespace TestLab.Tidy;

/// <summary>What may not stand in a source file.</summary>
public sealed partial class SourceTests
{
    /// <summary>Where an exception of any kind is an answer to somebody outside.</summary>
    private static readonly string[] Boundaries =
    [
        "src/TestLab.Cli/Program.cs",
        "src/TestLab.Simulation/Execution/Schedule.cs", // A process that throws ends its run, and names itself.
        "src/TestLab.Simulation/Execution/WorkerThreads.cs", // A thread's end reaches whoever started the run.
    ];

    private static IEnumerable<string> Sources => Repository.Named(".cs");

    private static IEnumerable<string> Texts =>
        Repository.Named(".cs", ".csproj", ".props", ".md", ".json", ".yaml", ".txt", ".sh", "/run", "testlab");

    [Test]
    public void AnyExceptionIsCaughtAtBoundariesOnly() =>
        AssertNoCode(CatchesAll(), "Catch what can be answered; boundaries: " + string.Join(", ", Boundaries),
            Sources.Except(Boundaries));

    [Test]
    public void NoWarningIsSilencedInPlace() =>
        AssertNoCode(Silences(), "A warning is fixed, or switched off once in .editorconfig with its reason.", Sources);

    [Test]
    public void NoRegions() => AssertNoCode(Region(), "A file that needs regions is two files.", Sources);

    [Test]
    public void NothingIsForgivenToBeNull() => AssertNoCode(Forgives(), "Say why it is not null in code.", Sources);

    [Test]
    public void NothingIsLeftToDo() => AssertNoText(LeftToDo(), "Do it, or write it down in an issue.", Texts);

    [Test]
    public void NothingKnowsThisMachineOrARegistry() =>
        AssertNoText(KnowsTheMachine(), "The tree must serve on any machine.", Texts);

    [Test]
    public void NoTabsOrTrailingBlanks() => AssertNoText(Blanks(), "Blanks.", Sources);

    [Test]
    public void FilesEndWithOneLineBreak() => Repository.AssertNone(
        Sources.Where(file => Repository.Read(file) is var text && (!text.EndsWith('\n') || text.EndsWith("\n\n"))),
        "A file ends with one line break.");

    [Test]
    public void ScriptsParse([ValueSource(nameof(Scripts))] string script)
    {
        Answer answer = Tool.Run("bash", "-n", script);
        Assert.That(answer.ExitCode, Is.Zero, answer.Text);
        Assert.That(Tool.Run("test", "-x", script).ExitCode, Is.Zero, "A script can be executed.");
    }

    [Test, Category("Slow")]
    public void TheFormatterChangesNothing()
    {
        Answer answer = Tool.Run("dotnet", "format", "TestLab.sln", "--verify-no-changes", "--no-restore");
        Assert.That(answer.ExitCode, Is.Zero, answer.Text);
    }

    private static IEnumerable<string> Scripts => Repository.Files.Where(file => file is "testlab" or ".ci/run");

    private static void AssertNoCode(Regex pattern, string rule, IEnumerable<string> files) => Repository.AssertNone(
        files.SelectMany(file => Matches(file, SourceCode.LinesOf(Repository.Read(file)), pattern)), rule);

    private static void AssertNoText(Regex pattern, string rule, IEnumerable<string> files) => Repository.AssertNone(
        files.SelectMany(file => Matches(file, Repository.Read(file).Split('\n'), pattern)), rule);

    private static IEnumerable<string> Matches(string file, string[] lines, Regex pattern) =>
        lines.Select((text, index) => (Text: text, Number: index + 1))
            .Where(line => pattern.IsMatch(line.Text))
            .Select(line => $"{file}:{line.Number}: {line.Text.Trim()}");

    private static IEnumerable<(string Text, int Number)> Lines(string text) =>
        text.Split('\n').Select((line, index) => (line, index + 1));

    [GeneratedRegex(@"\bcatch\s*(\(\s*(System\.)?Exception\b(?!\s+\w+\s*\)\s*when\b)|$|\{)")]
    private static partial Regex CatchesAll();

    [GeneratedRegex(@"^\s*#pragma\s+warning|\[(assembly:\s*)?(\w+,\s*)*SuppressMessage\b|^\s*#nullable\s+disable")]
    private static partial Regex Silences();

    [GeneratedRegex(@"^\s*#(end)?region")]
    private static partial Regex Region();

    [GeneratedRegex(@"[\w\)\]>""]!(?!=)")]
    private static partial Regex Forgives();

    // The words are written apart so that this file does not find itself.
    [GeneratedRegex(@"\b(TO" + "DO|FIX" + "ME|HA" + @"CK|XX" + @"X)\b")]
    private static partial Regex LeftToDo();

    [GeneratedRegex(@"/wo" + @"rk/|/ho" + @"me/\w|nu" + @"get\.org|np" + @"mjs|py" + @"pi\.org|golang\.o" + "rg")]
    private static partial Regex KnowsTheMachine();

    [GeneratedRegex(@"\t|[ \t]+\r?$|\r$")]
    private static partial Regex Blanks();
}
