using System.Security.Cryptography;
using System.Text;
using TestLab.Machines.Control;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Control;

/// <summary>The real agent, run by this host's kernel, and the client at the other end of two pipes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AgentTests : IDisposable
{
    private const int Mebibyte = 1 << 20;

    private readonly AgentProcess _agent = new();

    public void Dispose() => _agent.Dispose();

    [Test]
    public void ACommandGivesItsTwoOutputsAndItsExitCode()
    {
        CommandRecord record = _agent.Shell("echo out; echo err >&2; exit 7");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(record.Output, Is.EqualTo("out\n"));
            Assert.That(record.Errors, Is.EqualTo("err\n"));
            Assert.That(record.Command.Outcome, Is.EqualTo(new ControlOutcome(ControlEnding.Done, 7)));
        }
    }

    [Test]
    public void FolderVariablesAndWordsArriveAsTheyAre()
    {
        CommandRecord record = _agent.Command(new CommandRequest
        {
            Words = ["/bin/sh", "-c", "pwd; printf '%s|' \"$A\" \"$HOME\" \"$@\"", "sh", "a b", "", "ü'\"\n$x"],
            Folder = "/tmp",
            Environment = new Dictionary<string, string> { ["A"] = "x=\ny" },
        });
        Assert.That(record.Output, Is.EqualTo("/tmp\nx=\ny|/root|a b||ü'\"\n$x|"));
    }

    [Test]
    public void EveryByteValueComesAndGoesUnchangedWithoutALastLineEnd()
    {
        byte[] all = [.. Enumerable.Range(0, 1024).Select(value => (byte)value)];
        CommandRecord record = new(_agent.Client.Start(CommandRequest.Shell("cat") with { HasInput = true }));
        record.Command.Write(all);
        record.Command.CloseInput();
        Assert.That(_agent.Finish(record.Command).IsSuccess, Is.True);
        Assert.That(record.OutputBytes, Is.EqualTo(all));
    }

    [Test]
    public void TenMebibytesGoInAndComeOutThroughTheWindows()
    {
        byte[] much = new byte[10 * Mebibyte];
        new Random(7).NextBytes(much);
        CommandRecord record = new(_agent.Client.Start(CommandRequest.Shell("cat") with { HasInput = true }));
        record.Command.Write(much);
        record.Command.CloseInput();
        Assert.That(_agent.Finish(record.Command).IsSuccess, Is.True);
        Assert.That(SHA256.HashData(record.OutputBytes), Is.EqualTo(SHA256.HashData(much)));
    }

    [Test]
    public void BothOutputsOfACommandKeepTheirOwnOrder()
    {
        CommandRecord record = _agent.Shell("i=0; while [ $i -lt 2000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done");
        Assert.That(record.Output, Is.EqualTo(string.Concat(Enumerable.Range(0, 2000).Select(i => $"o{i}\n"))));
        Assert.That(record.Errors, Is.EqualTo(string.Concat(Enumerable.Range(0, 2000).Select(i => $"e{i}\n"))));
    }

    [Test]
    public void OutputThatNobodyTakesStaysInTheGuestBeyondTheWindow()
    {
        CommandRecord flood = new(_agent.Client.Start(CommandRequest.Shell("head -c 3000000 /dev/zero")));
        flood.Command.IsHeld = true;
        _agent.Run(() => flood.OutputLength == ControlOperation.WindowBytes);
        Assert.That(_agent.Shell("echo other").Output, Is.EqualTo("other\n"), "The others go on.");
        Assert.That(flood.OutputLength, Is.EqualTo(ControlOperation.WindowBytes));
        flood.Command.IsHeld = false;
        Assert.That(_agent.Finish(flood.Command).IsSuccess, Is.True);
        Assert.That(flood.OutputLength, Is.EqualTo(3_000_000));
    }

    [Test]
    public void ManyCommandsRunAtOnceAndOneTooManyIsRefused()
    {
        CommandRecord[] all =
        [
            .. Enumerable.Range(0, ControlClient.OperationLimit)
                .Select(index => new CommandRecord(_agent.Client.Start(
                    CommandRequest.Shell($"read x; echo {index}$x") with { HasInput = true }))),
        ];
        ControlCommand tooMany = _agent.Client.Start(CommandRequest.Shell("true"));
        Assert.That(_agent.Finish(tooMany), Is.EqualTo(new ControlOutcome(ControlEnding.Refused, 11)));
        foreach (CommandRecord record in all.Reverse()) record.Command.Write("!\n"u8.ToArray());
        foreach (CommandRecord record in all) _agent.Finish(record.Command);
        Assert.That(all.Select(record => record.Output), Is.EqualTo(Enumerable.Range(0, all.Length).Select(i => $"{i}!\n")));
    }

    [Test]
    public void AtItsDeadlineACommandIsKilledWithAllOfItsGroup()
    {
        string witness = _agent.InFolder("witness");
        CommandRequest request = CommandRequest.Shell($"(echo on; sleep 1000; echo > {witness}) & wait") with
        {
            TimeoutNanoseconds = 5 * VirtualTime.NanosecondsPerSecond,
        };
        CommandRecord record = new(_agent.Client.Start(request));
        _agent.Run(() => record.Output == "on\n");
        string sleeping = _agent.Shell("pgrep -f 'sleep 1000' | wc -l").Output;
        _agent.Client.Advance(VirtualTime.FromSeconds(4));
        Assert.That(record.Command.Outcome, Is.Null);
        Assert.That(_agent.Client.NextDeadline, Is.EqualTo(VirtualTime.FromSeconds(5)));
        _agent.Client.Advance(VirtualTime.FromSeconds(5));
        Assert.That(record.Command.Outcome, Is.EqualTo(new ControlOutcome(ControlEnding.TimedOut)));
        Assert.That(record.Command.Outcome?.ExitCode, Is.EqualTo(124));
        string left = _agent.Shell("while pgrep -f '[s]leep 1000' > /dev/null; do sleep 0.01; done; echo none").Output;
        Assert.That((sleeping.Trim() != "0", left), Is.EqualTo((true, "none\n")));
        Assert.That(File.Exists(witness), Is.False);
    }

    [Test]
    public void ABackgroundCommandIsStoppedByASignal()
    {
        CommandRecord record = new(_agent.Client.Start(
            CommandRequest.Shell("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done") with
            {
                Name = "server",
            }));
        _agent.Run(() => record.Output == "up\n");
        Assert.That(_agent.Client.Operations.Single().Name, Is.EqualTo("server"));
        record.Command.Stop();
        Assert.That(_agent.Finish(record.Command), Is.EqualTo(new ControlOutcome(ControlEnding.Done, 3)));
        Assert.That(record.Output, Is.EqualTo("up\nbye\n"));
        CommandRecord killed = new(_agent.Client.Start(CommandRequest.Shell("sleep 1000")));
        killed.Command.Signal(9);
        Assert.That(_agent.Finish(killed.Command), Is.EqualTo(new ControlOutcome(ControlEnding.Signalled, 9)));
    }

    [Test]
    public void ADaemonThatKeepsTheOutputOpenDoesNotKeepTheCommand()
    {
        CommandRecord record = _agent.Shell("sleep 3 & echo started");
        Assert.That((record.Output, record.Command.Outcome?.IsSuccess), Is.EqualTo(("started\n", (bool?)true)));
    }

    [TestCase("/no/such/program", "/", 2, 127)]
    [TestCase("/etc/passwd", "/", 13, 126)]
    [TestCase("/bin/true", "/no/such/folder", 2, 127)]
    public void WhatCannotRunIsRefusedWithTheKernelsReason(string program, string folder, int error, int exitCode)
    {
        CommandRecord record = _agent.Command(new CommandRequest { Words = [program], Folder = folder });
        Assert.That(record.Command.Outcome, Is.EqualTo(new ControlOutcome(ControlEnding.Refused, error)));
        Assert.That(record.Command.Outcome?.ExitCode, Is.EqualTo(exitCode));
    }

    [Test]
    public void AFileOfManyMebibytesGoesInWithItsModeAndComesBack()
    {
        string path = _agent.InFolder("big file");
        byte[] content = new byte[5 * Mebibyte + 3];
        new Random(3).NextBytes(content);
        ControlUpload upload = _agent.Client.Put(path, content, 0x1ED); // 0755
        Assert.That(_agent.Finish(upload).IsSuccess, Is.True);
        ControlDownload download = _agent.Client.Get(path, 8 * Mebibyte);
        Assert.That(_agent.Finish(download).IsSuccess, Is.True);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SHA256.HashData(File.ReadAllBytes(path)), Is.EqualTo(SHA256.HashData(content)));
            Assert.That(SHA256.HashData(download.Content.Span), Is.EqualTo(SHA256.HashData(content)));
            Assert.That(download.Mode, Is.EqualTo(0x81ED));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(path) ?? "/").Select(Path.GetFileName),
                Is.EquivalentTo(new[] { "agent", "big file" }));
        }
    }

    [Test]
    public void AnEmptyFileGoesBothWaysAndAFileOfTheKernelHasNoSizeBeforehand()
    {
        string path = _agent.InFolder("empty");
        Assert.That(_agent.Finish(_agent.Client.Put(path, default, 0x180)).IsSuccess, Is.True);
        ControlDownload empty = _agent.Client.Get(path, 1);
        Assert.That((_agent.Finish(empty).IsSuccess, empty.Content.Length), Is.EqualTo((true, 0)));
        ControlDownload uptime = _agent.Client.Get("/proc/version", 4096);
        Assert.That(_agent.Finish(uptime).IsSuccess, Is.True);
        Assert.That(Encoding.ASCII.GetString(uptime.Content.Span), Does.StartWith("Linux version"));
    }

    [TestCase("/no/such/file", 100, ControlEnding.Refused, 2)]
    [TestCase("/tmp", 100, ControlEnding.Refused, 21)]
    [TestCase("/proc/self/maps", 10, ControlEnding.TooLong, 0)]
    public void AFileThatCannotBeHadSaysWhy(string path, int limit, ControlEnding ending, int error)
    {
        ControlOutcome outcome = _agent.Finish(_agent.Client.Get(path, limit));
        Assert.That(outcome, Is.EqualTo(new ControlOutcome(ending, error)));
        Assert.That(_agent.Finish(_agent.Client.Put("/no/such/folder/x", new byte[100_000], 0x1A4)),
            Is.EqualTo(new ControlOutcome(ControlEnding.Refused, 2)));
        Assert.That(_agent.Shell("echo on").Output, Is.EqualTo("on\n"));
    }

    [Test]
    public void TheKernelIsCalledWithTextsAndNumbers()
    {
        string folder = _agent.InFolder("made");
        Assert.That(_agent.Finish(_agent.Client.Call(GuestCall.Exists(folder))).Value, Is.EqualTo(2));
        Assert.That(_agent.Finish(_agent.Client.Call(GuestCall.MakeFolder(folder, 0x1ED))).IsSuccess, Is.True);
        Assert.That(_agent.Finish(_agent.Client.Call(GuestCall.Exists(folder))).IsSuccess, Is.True);
        Assert.That(Directory.Exists(folder), Is.True);
    }

    [Test]
    public void InputThatNobodyReadsIsDroppedAndTheCommandEnds()
    {
        CommandRecord record = new(_agent.Client.Start(CommandRequest.Shell("exit 4") with { HasInput = true }));
        record.Command.Write(new byte[Mebibyte]);
        Assert.That(_agent.Finish(record.Command), Is.EqualTo(new ControlOutcome(ControlEnding.Done, 4)));
        CommandRecord closed = new(_agent.Client.Start(
            CommandRequest.Shell("exec < /dev/null; sleep 0.1; exit 5") with { HasInput = true }));
        closed.Command.Write(new byte[Mebibyte]);
        Assert.That(_agent.Finish(closed.Command), Is.EqualTo(new ControlOutcome(ControlEnding.Done, 5)));
    }

    [Test]
    public void AResetKillsWhatRunsAndDropsWhatWasOnItsWay()
    {
        CommandRecord flood = new(_agent.Client.Start(CommandRequest.Shell("cat /dev/zero")));
        _agent.Run(() => flood.OutputLength > Mebibyte);
        // A new client knows nothing of the old one's frames, the first of which it gets from the middle.
        ControlClient other = new(_agent);
        _agent.Connect(other);
        other.Reset(0x1234_5678_9ABC_DEF0);
        other.Feed(_agent.Read()[5..]);
        _agent.Run(() => other.IsReady);
        Assert.That(_agent.Shell("echo anew").Output, Is.EqualTo("anew\n"));
    }

    [Test]
    public void AClientRestoredFromItsStateGoesOnInTheMiddleOfEverything()
    {
        string path = _agent.InFolder("upload");
        byte[] content = new byte[Mebibyte];
        new Random(5).NextBytes(content);
        CommandRecord first = new(_agent.Client.Start(CommandRequest.Shell("cat") with { HasInput = true }));
        first.Command.Write(content);
        first.Command.CloseInput();
        byte[] large = new byte[16 * Mebibyte]; // On its way for long after the first output.
        new Random(6).NextBytes(large);
        _agent.Client.Put(path, large, 0x1A4);
        _agent.Run(() => first.OutputLength > 0);
        ControlClientState state = _agent.Client.Save();
        first.Command.Output = null;
        ControlClient restored = new(_agent);
        restored.Restore(state);
        _agent.Connect(restored);
        ControlCommand command = restored.Operations.OfType<ControlCommand>().Single();
        ControlUpload upload = restored.Operations.OfType<ControlUpload>().Single();
        CommandRecord second = new(command);
        _agent.Finish(command);
        _agent.Finish(upload);
        byte[] all = [.. first.OutputBytes, .. second.OutputBytes];
        Assert.That(SHA256.HashData(all), Is.EqualTo(SHA256.HashData(content)));
        Assert.That(SHA256.HashData(File.ReadAllBytes(path)), Is.EqualTo(SHA256.HashData(large)));
    }

    [Test]
    public void WhatTheAgentDoesNotUnderstandItSaysAndAResetMendsIt()
    {
        _agent.Write("no frame at all; no frame at all"u8);
        _agent.Run(() => _agent.Client.Fault != ControlFault.None);
        Assert.That(_agent.Client.Fault, Is.EqualTo(ControlFault.Misunderstood));
        _agent.Client.Reset(42);
        _agent.Run(() => _agent.Client.IsReady);
        Assert.That(_agent.Shell("echo well").Output, Is.EqualTo("well\n"));
    }
}
