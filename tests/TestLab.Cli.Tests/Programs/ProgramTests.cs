using System.Text.Json;

namespace TestLab.Cli.Tests.Programs;

public sealed class ProgramTests
{
    private static readonly string[][] Helps =
    [
        ["--help"], ["boot", "--help"], ["image", "--help"], ["image", "list", "-h"], ["image", "build", "--help"],
        ["run", "--help"], ["runs", "--help"], ["runs", "compare", "--help"], ["test", "--help"],
        ["completion", "--help"],
    ];

    [TestCaseSource(nameof(Helps))]
    public void HelpFitsInEightyColumns(params string[] arguments)
    {
        Outcome outcome = TestLabProgram.Run(arguments);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Output, Does.Contain("Usage:"));
        Assert.That(outcome.Output.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
    }

    [Test]
    public void NoWordsAtAllShowTheHelp() =>
        Assert.That(TestLabProgram.Run(), Is.EqualTo(TestLabProgram.Run("--help")));

    [Test]
    public void TheVersionIsOneLine()
    {
        Outcome outcome = TestLabProgram.Run("--version");
        Assert.That(outcome.Output, Does.Match(@"^\d+\.\d+\.\d+\n$"));
        Assert.That(outcome.ExitCode, Is.Zero);
    }

    [Test]
    public void TheListOfImagesIsJsonWhereAskedFor()
    {
        using JsonDocument list = JsonDocument.Parse(TestLabProgram.Run("image", "list", "--json").Output);
        string?[] names = [.. list.RootElement.EnumerateArray().Select(row => row.GetProperty("name").GetString())];
        Assert.That(names, Does.Contain("tiny:13").And.Contain("tiny:12-i386").And.Contain("debian:13"));
    }

    [TestCase("testlab ru", "run runs")]
    [TestCase("testlab runs hi", "history")]
    [TestCase("testlab boot --im", "--image")]
    [TestCase("testlab completion f", "fish")]
    public void BashCompletesByTheScript(string line, string expected)
    {
        string script = $$"""
            testlab() { dotnet '{{TestLabProgram.Path}}' "$@"; }
            {{TestLabProgram.Run("completion").Output}}
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=($COMP_LINE)
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _testlab
            echo "${COMPREPLY[*]}"
            """;
        Assert.That(TestLabProgram.Execute("bash", [], input: script), Is.EqualTo(new Outcome(0, expected + "\n", "")));
    }

    [Test]
    public void EachShellHasACompletionOfItsOwn()
    {
        string[] shells = ["bash", "zsh", "fish"];
        string[] scripts = [.. shells.Select(shell => TestLabProgram.Run("completion", shell).Output)];
        Assert.That(scripts, Is.Unique.And.All.Contains("[suggest:"));
        Assert.That(TestLabProgram.Run("completion", "tcsh"),
            Is.EqualTo(new Outcome(2, "", "testlab: no completion for tcsh; name bash, zsh or fish\n")));
    }
}
