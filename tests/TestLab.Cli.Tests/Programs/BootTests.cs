using System.Text.Json;
using System.Text.RegularExpressions;

namespace TestLab.Cli.Tests.Programs;

/// <summary>The program, a stock kernel, a shell: from end to end.</summary>
[Category("Slow")]
public sealed partial class BootTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("boots").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase("tiny:11", "x86_64")]
    [TestCase("tiny:12", "x86_64")]
    [TestCase("tiny:13", "x86_64")]
    [TestCase("tiny:12-i386", "i686")]
    [TestCase("tiny:12-i386-686", "i686")]
    public void AnImageRunsACommand(string image, string machine)
    {
        Outcome outcome = TestLabProgram.Run("boot", "--image", image, "--run", "uname -m; echo wrong >&2; exit 7");
        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((7, machine + "\n")), outcome.Errors);
        Assert.That(outcome.Errors, Does.EndWith("wrong\n"));
    }

    [Test]
    public void AnHourOfSleepIsAMoment()
    {
        Outcome outcome = TestLabProgram.Run("boot", "--image", "tiny", "--run", "sleep 3600; cut -d. -f1 /proc/uptime");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(int.Parse(outcome.Output), Is.InRange(3600, 3620));
    }

    [Test]
    public void WhatAPipeHoldsIsTypedAndItsEndSwitchesOff()
    {
        Outcome outcome = TestLabProgram.Execute(
            "dotnet", [TestLabProgram.Path, "boot", "--image", "tiny"], input: "echo $((6 * 7))-answer\n");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Output, Does.Contain("42-answer"));
    }

    [Test]
    public void ATextOnTheConsoleEndsTheBoot()
    {
        Outcome outcome = TestLabProgram.Run("boot", "--image", "tiny", "--until", "testlab: ready");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        Assert.That(outcome.Output, Does.Contain("Linux version").And.Contain("testlab: ready"));
    }

    [Test]
    public void GuestTimeThatRunsOutIsCodeFour()
    {
        Outcome outcome = TestLabProgram.Run("boot", "--image", "tiny", "--until", "never said", "--time-limit", "10ms");
        Assert.That(outcome.ExitCode, Is.EqualTo(4));
        Assert.That(outcome.Errors,
            Is.EqualTo("testlab: timed out: \"never said\" has not appeared after 10ms of guest time\n"));
    }

    [Test]
    public void EqualRunsHaveEqualHashesAndASnapshotContinuesToTheSame()
    {
        string snapshot = Path.Combine(_folder, "a snapshot");
        string[] boot = ["boot", "--image", "tiny", "--until", "testlab: ready", "--hash"];
        string first = HashOf(TestLabProgram.Run(boot));
        string saved = HashOf(TestLabProgram.Run([.. boot, "--save-at", "150ms", snapshot]));
        string restored = HashOf(TestLabProgram.Run(
            "boot", "--restore", snapshot, "--until", "testlab: ready", "--hash"));
        Assert.That((saved, restored), Is.EqualTo((first, first)));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "Nothing else is left behind.");
    }

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(-1)]
    public void ADamagedSnapshotIsOneLine(int position)
    {
        string snapshot = Path.Combine(_folder, "snapshot");
        TestLabProgram.Run("boot", "--image", "tiny", "--time-limit", "2ms", "--save-at", "1ms", snapshot);
        byte[] bytes = File.ReadAllBytes(snapshot);
        bytes[position < 0 ? bytes.Length + position : position] ^= 0x40;
        File.WriteAllBytes(snapshot, bytes);
        AssertOneLine(TestLabProgram.Run("boot", "--restore", snapshot));
        File.WriteAllBytes(snapshot, bytes[..(bytes.Length / 2)]);
        AssertOneLine(TestLabProgram.Run("boot", "--restore", snapshot));
    }

    [Test]
    public void TooLittleMemoryIsOneLine()
    {
        Outcome outcome = TestLabProgram.Run("boot", "--image", "tiny", "--memory", "24MiB");
        AssertOneLine(outcome);
        Assert.That(outcome.Errors, Does.Contain("24 MiB").And.Contain("--memory"));
    }

    [Test]
    public void ATruncatedKernelIsOneLine()
    {
        string image = TestLabProgram.Run("image", "build", "tiny").Output.Trim();
        byte[] kernel = File.ReadAllBytes(Path.Combine(image, "kernel"));
        string cut = Path.Combine(_folder, "cut");
        File.WriteAllBytes(cut, kernel[..(kernel.Length / 2)]);
        AssertOneLine(TestLabProgram.Run("boot", "--kernel", cut));
    }

    [Test]
    public void ForProgramsEverythingIsOneObject()
    {
        Outcome outcome = TestLabProgram.Run(
            "boot", "--image", "tiny", "--run", "echo Grüße; echo wrong >&2; exit 7", "--json", "--hash", "--stats");
        Assert.That(outcome.ExitCode, Is.EqualTo(7), outcome.Errors);
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        JsonElement result = document.RootElement;
        Assert.That(
            (result.GetProperty("exitCode").GetInt32(), result.GetProperty("output").GetString(), result.GetProperty("errors").GetString()),
            Is.EqualTo((7, "Grüße\n", "wrong\n")));
        Assert.That(result.GetProperty("guestNanoseconds").GetInt64(), Is.GreaterThan(100_000_000));
        Assert.That(result.GetProperty("hash").GetString(), Has.Length.EqualTo(64));
        Assert.That(result.GetProperty("statistics").TryGetProperty("instructions", out _), Is.True);

        outcome = TestLabProgram.Run("boot", "--image", "tiny", "--until", "never said", "--time-limit", "2s", "--json");
        using JsonDocument timedOut = JsonDocument.Parse(outcome.Output);
        Assert.That(outcome.ExitCode, Is.EqualTo(4));
        Assert.That(timedOut.RootElement.GetProperty("output").GetString(), Does.Contain("Linux version"));
        Assert.That(timedOut.RootElement.GetProperty("message").GetString(), Does.StartWith("timed out"));
    }

    [Test]
    public void StatisticsAreOnStderr()
    {
        Outcome outcome = TestLabProgram.Run("boot", "--image", "tiny", "--run", "true", "--stats");
        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((0, "")), outcome.Errors);
        Assert.That(outcome.Errors, Does.Match(@"instructions +[\d,]{9,}\n").And.Match(@"speed +\d+\.\d MIPS\n"));
    }

    private static void AssertOneLine(Outcome outcome)
    {
        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((2, "")), outcome.Errors);
        Assert.That(outcome.Errors, Does.StartWith("testlab: "));
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), outcome.Errors);
    }

    private static string HashOf(Outcome outcome)
    {
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Errors);
        return Hash().Match(outcome.Errors) is { Success: true } hash ? hash.Value : outcome.Errors;
    }

    [GeneratedRegex("^hash [0-9a-f]{64}$", RegexOptions.Multiline)]
    private static partial Regex Hash();
}
