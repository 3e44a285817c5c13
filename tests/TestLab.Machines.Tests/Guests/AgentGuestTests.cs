using System.Security.Cryptography;
using TestLab.Labs.Running;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Storage;
using TestLab.Processor.Execution;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Guests;

/// <summary>The control channel of stock guests: what the agent does on real kernels, without a network.</summary>
[TestFixture(EngineKind.Interpreter)]
[TestFixture(EngineKind.Translator)]
[Category("Slow")]
internal sealed class AgentGuestTests(EngineKind engine)
{
    private const int Executable = 0x1ED; // 0755
    private const int LimitSeconds = 60;

    [OneTimeSetUp]
    public void Prepare()
    {
        if (engine == EngineKind.Translator && !Engines.CanTranslate) Assert.Ignore("The host is not Linux on x86-64.");
    }

    [TestCase("tiny:13", 64)]
    [TestCase("tiny:12-i386", 32)]
    [TestCase("debian:13-minimal", 64)]
    public void TheAgentRunsCommandsMovesFilesWaitsAndChangesTheIdentity(string name, int bits)
    {
        string? path = StockGuest.ImageOf(name).DiskPath;
        using FileDisk? disk = path is null ? null : new FileDisk(path);
        using StockGuest guest = StockGuest.Create(name, disk: disk is null ? null : new OverlayDisk(disk), engine: new EngineOptions { Kind = engine });
        guest.RunUntil(() => guest.Control.IsReady, LimitSeconds);
        TestContext.Out.WriteLine($"{name}: ready after {guest.Machine.Now.Nanoseconds / 1_000_000} ms");
        Assert.That(guest.Control.GuestBits, Is.EqualTo(bits));
        Assert.That(guest.Execute("echo $$; cat /proc/1/comm", LimitSeconds), Does.EndWith("agent\n"));
        MeasureAStep(guest, name);
        MoveAFile(guest);
        WaitForAPort(guest);
        TimeOut(guest);
        ChangeTheIdentity(guest);
    }

    private static void MeasureAStep(StockGuest guest, string name)
    {
        VirtualTime before = guest.Machine.Now;
        ControlCommand command = guest.Control.Start(CommandRequest.Shell("true"));
        long ended = 0;
        command.Ended = _ => ended = guest.Machine.Now.Nanoseconds;
        guest.RunUntil(() => command.Outcome is not null, LimitSeconds);
        TestContext.Out.WriteLine($"{name}: a step takes {(ended - before.Nanoseconds) / 1000} us of guest time");
        Assert.That(command.Outcome?.IsSuccess, Is.True);
    }

    private static void MoveAFile(StockGuest guest)
    {
        byte[] content = new byte[300_001];
        new Random(9).NextBytes(content);
        ControlUpload upload = guest.Control.Put("/tmp/moved", content, Executable);
        guest.RunUntil(() => upload.Outcome is not null, LimitSeconds);
        Assert.That(upload.Outcome?.IsSuccess, Is.True, $"{upload.Outcome}");
        string sum = guest.Execute("sha256sum < /tmp/moved; ls -l /tmp/moved | cut -c1-10", LimitSeconds);
        Assert.That(sum, Is.EqualTo($"{Convert.ToHexStringLower(SHA256.HashData(content))}  -\n-rwxr-xr-x\n"));
        ControlDownload download = guest.Control.Get("/tmp/moved", content.Length);
        guest.RunUntil(() => download.Outcome is not null, LimitSeconds);
        Assert.That(download.Content.ToArray(), Is.EqualTo(content));
    }

    private static void WaitForAPort(StockGuest guest)
    {
        var wait = new ControlWait(guest.Control, new WaitCondition.Port(8080), 10 * VirtualTime.NanosecondsPerSecond);
        ControlCommand server = guest.Control.Start(
            CommandRequest.Shell("sleep 1; exec /run/testlab/busybox httpd -f -p 8080 -h /tmp") with { Name = "server" });
        VirtualTime before = guest.Machine.Now;
        Until(guest, wait);
        Assert.That(wait.Result, Is.True);
        Assert.That(guest.Machine.Now.Since(before), Is.InRange(900_000_000, 2_000_000_000));
        var process = new ControlWait(guest.Control, new WaitCondition.Process("busybox"), VirtualTime.NanosecondsPerSecond);
        var absent = new ControlWait(guest.Control, new WaitCondition.Exists("/no/file"), VirtualTime.NanosecondsPerSecond / 4);
        var text = new ControlWait(guest.Control, new WaitCondition.Text("/proc/version", "Linux version"));
        Until(guest, process);
        Until(guest, absent);
        Until(guest, text);
        Assert.That((process.Result, absent.Result, text.Result), Is.EqualTo(((bool?)true, (bool?)false, (bool?)true)));
        server.Stop();
        guest.RunUntil(() => server.Outcome is not null, LimitSeconds);
        Assert.That(server.Outcome, Is.EqualTo(new ControlOutcome(ControlEnding.Signalled, 15)));
    }

    private static void Until(StockGuest guest, ControlWait wait) => guest.RunUntil(
        () =>
        {
            wait.Advance();
            return wait.Result is not null;
        },
        LimitSeconds);

    private static void TimeOut(StockGuest guest)
    {
        VirtualTime before = guest.Machine.Now;
        ControlCommand command = guest.Control.Start(
            CommandRequest.Shell("sleep 3600") with { TimeoutNanoseconds = 5 * VirtualTime.NanosecondsPerSecond });
        guest.RunUntil(() => command.Outcome is not null, LimitSeconds);
        Assert.That(command.Outcome?.Ending, Is.EqualTo(ControlEnding.TimedOut));
        Assert.That(guest.Machine.Now.Since(before), Is.InRange(5_000_000_000, 5_100_000_000));
    }

    private static void ChangeTheIdentity(StockGuest guest)
    {
        var change = new IdentityChange(guest.Control, new GuestIdentity
        {
            HostName = "peer-7",
            MachineId = "00112233445566778899aabbccddeeff",
            Seed = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 },
            Interfaces = [new("lo", null, ["127.0.0.1/8", "10.77.0.1/24"])],
            Hosts = ["10.77.0.2 peer-8"],
        });
        guest.RunUntil(() => change.IsDone, LimitSeconds);
        Assert.That(change.Complaints, Is.Empty);
        string seen = guest.Execute(
            "cat /proc/sys/kernel/hostname /etc/machine-id; grep -c peer-8 /etc/hosts; "
                + "/run/testlab/busybox ip addr show lo | grep -c 10.77",
            LimitSeconds);
        Assert.That(seen, Is.EqualTo("peer-7\n00112233445566778899aabbccddeeff\n1\n1\n"));
    }
}
