using System.Diagnostics;
using System.Text;
using TestLab.Cli.Boot;

namespace TestLab.Cli.Tests.Boot;

/// <summary>The judge is the host's own shell at the other end of the line.</summary>
public sealed class ControlShellTests
{
    private static readonly object[] Commands =
    [
        new object[] { "echo hello", "hello\n", "", 0 },
        new object[] { "printf 'no line break'", "no line break", "", 0 },
        new object[] { "echo out; echo err >&2; exit 7", "out\n", "err\n", 7 },
        new object[] { "echo \"it's\" 'a \"quote\"' \\$HOME", "it's a \"quote\" $HOME\n", "", 0 },
        new object[] { "echo one\necho two\nfalse", "one\ntwo\n", "", 1 },
        new object[] { "cat <<END\n$((6 * 7)) 'x'\nEND", "42 'x'\n", "", 0 },
        new object[] { "cat", "", "", 0 },
        new object[] { "printf '\\036\\036b\\036e\\036'", "\u001E\u001Eb\u001Ee\u001E", "", 0 },
        new object[] { "printf 'a\\nb' >&2", "", "a\nb", 0 },
        new object[] { "true", "", "", 0 },
        new object[] { "echo gr\u00FC\u00DFe", "gr\u00FC\u00DFe\n", "", 0 },
        new object[] { "kill -9 $$; sh -c 'kill -9 $$'", "", "*", 137 },
    ];

    [TestCaseSource(nameof(Commands))]
    public void AShellsAnswerIsToldApart(string command, string output, string errors, int exitCode)
    {
        // The last case kills the shell itself: there is no answer then, and none is made up.
        bool isKilled = errors == "*";
        (string Output, string Errors, int? ExitCode) answer = Ask(command, shell => shell.Request());
        Assert.That(answer, Is.EqualTo(isKilled ? ("", "", (int?)null) : (output, errors, exitCode)));
    }

    [TestCaseSource(nameof(Commands))]
    public void ARequestForATerminalMeansTheSame(string command, string output, string errors, int exitCode)
    {
        if (errors == "*") return;
        Assert.That(Ask(command, shell => shell.TerminalRequest()), Is.EqualTo((output, errors, (int?)exitCode)));
    }

    [Test]
    public void LinesForATerminalAreShort()
    {
        var shell = new ControlShell(new string('\'', 20_000), Stream.Null);
        Assert.That(Encoding.UTF8.GetString(shell.TerminalRequest()).Split('\n').Max(line => line.Length),
            Is.LessThan(4095));
    }

    [Test]
    public void AnAnswerMayComeInPiecesOfAnySize([Values(1, 2, 3, 7, 29, 1000)] int pieceLength)
    {
        using var output = new MemoryStream();
        var shell = new ControlShell("x", output);
        string word = Word(shell);
        string answer = $"noise \u001E{word} \u001E{word}b\u001E"
            + $"out\u001E{word}put\u001E{word}e\u001E3 4\noops and more";
        foreach (byte[] piece in Encoding.ASCII.GetBytes(answer).Chunk(pieceLength)) shell.Feed(piece);
        Assert.That(shell.ExitCode, Is.EqualTo(3));
        Assert.That(Encoding.ASCII.GetString(output.ToArray()), Is.EqualTo($"out\u001E{word}put"));
        Assert.That(Encoding.ASCII.GetString(shell.Errors), Is.EqualTo("oops"));
    }

    [Test]
    public void OutputIsPassedOnBeforeTheCommandEnds()
    {
        using var output = new MemoryStream();
        var shell = new ControlShell("x", output);
        shell.Feed(Encoding.ASCII.GetBytes($"\u001E{Word(shell)}b\u001Eearly\u001E"));
        Assert.That(Encoding.ASCII.GetString(output.ToArray()), Is.EqualTo("early"));
        Assert.That(shell.ExitCode, Is.Null);
    }

    [TestCase("x y\n")]
    [TestCase("\n")]
    [TestCase("-1 -5\n1234567890")]
    [TestCase("99999999999 1\n1")]
    public void NonsenseForAStatusIsAFailedCommand(string status)
    {
        var shell = new ControlShell("x", Stream.Null);
        shell.Feed(Encoding.ASCII.GetBytes($"\u001E{Word(shell)}b\u001E\u001E{Word(shell)}e\u001E{status}!!"));
        Assert.That(shell.ExitCode, Is.EqualTo(1));
    }

    private static string Word(ControlShell shell) =>
        Encoding.UTF8.GetString(shell.Request()).Split("\\036' ")[1][..24];

    private static (string Output, string Errors, int? ExitCode) Ask(string command, Func<ControlShell, byte[]> request)
    {
        using var output = new MemoryStream();
        var shell = new ControlShell(command, output);
        using var process = new Process
        {
            StartInfo = new("sh")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        process.StandardInput.BaseStream.Write(request(shell));
        process.StandardInput.Close();
        using var answer = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(answer);
        process.WaitForExit();
        shell.Feed(answer.ToArray());
        return (Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(shell.Errors), shell.ExitCode);
    }
}
