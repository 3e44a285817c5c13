using System.Text;
using TestLab.Cli.Boot;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Cli.Tests.Boot;

public sealed class GuestSessionTests
{
    private const long Second = 1_000_000_000;

    private MemoryStream _output = new();
    private MemoryStream _errors = new();

    [SetUp]
    public void SetUp() => (_output, _errors) = (new(), new());

    [TearDown]
    public void TearDown()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    [Test]
    public void AGuestThatPowersOffHasPassed()
    {
        FakeGuest guest = new FakeGuest().Says(1, "bye\r\n").Does(2, PowerOff);
        Assert.That(Run(guest, new() { Disks = [] }), Is.EqualTo(new Ending(0)));
        Assert.That(Output, Is.EqualTo("bye\r\n"));
    }

    [Test]
    public void TheTextEndsTheSessionWhereverItIsCut()
    {
        FakeGuest guest = new FakeGuest().Says(1, "testbed log").Says(2, "in: ").Does(3, PowerOff);
        Assert.That(Run(guest, new() { Disks = [], Until = "login:" }), Is.EqualTo(new Ending(0)));
        Assert.That(guest.NowNanoseconds, Is.EqualTo(2));
    }

    [Test]
    public void ATextThatNeverCameIsAFailure()
    {
        Ending ending = Run(new FakeGuest().Does(5, PowerOff), new() { Disks = [], Until = "login:" });
        Assert.That(ending, Is.EqualTo(new Ending(1, "the guest powered off without \"login:\"")));
    }

    [Test]
    public void TheLimitIsGuestTime()
    {
        var guest = new FakeGuest();
        Ending ending = Run(guest, new() { Disks = [], Until = "x", TimeLimitNanoseconds = 30 * Second });
        Assert.That(ending, Is.EqualTo(
            new Ending(4, "timed out: \"x\" has not appeared after 30s of guest time")));
        Assert.That(guest.NowNanoseconds, Is.EqualTo(30 * Second));
    }

    [Test]
    public void NobodyWaitsForeverWithoutALimit()
    {
        var guest = new FakeGuest();
        Assert.That(Run(guest, new() { Disks = [] }).ExitCode, Is.EqualTo(4));
        Assert.That(guest.NowNanoseconds, Is.EqualTo(GuestSession.UnattendedLimitNanoseconds));
    }

    [Test]
    public void ACommandRunsOnTheControlPortOnceItIsOpen()
    {
        FakeGuest guest = new FakeGuest().Says(1, "boot\r\n~ # ").Does(2, self =>
        {
            self.ControlLine.IsOpen = true;
            Say(self.ControlLine, ControlFrameKind.Hello, 0, [.. new byte[8], 1, 0, 64, 0, 0, 0, 1, 0]);
        });
        AnswerLikeAnAgent(guest.ControlLine, "out\n", "err\n", 3);
        Assert.That(Run(guest, new() { Disks = [], Run = "x" }), Is.EqualTo(new Ending(3)));
        Assert.That(Output, Is.EqualTo("out\n"), "The console is not mixed in.");
        Assert.That(Encoding.UTF8.GetString(_errors.ToArray()), Is.EqualTo("err\n"));
        Assert.That(guest.ConsoleLine.ToGuest, Is.Empty);
    }

    [Test]
    public void ACommandRunsOnTheConsoleWhereThereIsNoPort()
    {
        FakeGuest guest = new FakeGuest().Says(Second, "boot\r\n~ # ");
        AnswerLikeAShell(guest.ConsoleLine, "out\n", "", 0);
        Assert.That(Run(guest, new() { Disks = [], Run = "x" }), Is.EqualTo(new Ending(0)));
        Assert.That(Output, Is.EqualTo("out\n"));
        Assert.That(guest.NowNanoseconds, Is.EqualTo(3 * Second), "The port had its chance.");
    }

    [Test]
    public void APowerOffBeforeTheCommandEndsIsAFailureWithTheLastWords()
    {
        FakeGuest guest = new FakeGuest().Says(1, "Kernel panic\r\n").Does(2, PowerOff);
        Ending ending = Run(guest, new() { Disks = [], Run = "x" });
        Assert.That(ending.ExitCode, Is.EqualTo(1));
        Assert.That(ending.Message, Does.Contain("powered off before the command ended").And.Contain("Kernel panic"));
    }

    [TestCase(GuestStop.Idle, "the guest halted for good: no event can wake it")]
    [TestCase(GuestStop.Reset, "the guest asked for a reset")]
    [TestCase(GuestStop.TripleFault, "the guest reset itself by a triple fault")]
    public void AGuestThatStopsInAnotherWayHasFailed(object stop, string message)
    {
        FakeGuest guest = new FakeGuest().Does(2, self => self.Stop = (GuestStop)stop);
        Assert.That(Run(guest, new() { Disks = [] }), Is.EqualTo(new Ending(1, message)));
        Assert.That(guest.RestartCount, Is.Zero, "Nobody is there to see it start anew.");
    }

    [Test]
    public void ASnapshotIsTakenAtItsMomentAndOnce()
    {
        FakeGuest guest = new FakeGuest().Says(Second, "x").Does(9 * Second, PowerOff);
        Ending ending = Run(guest, new() { Disks = [], Save = new(4 * Second, "file") });
        Assert.That(ending, Is.EqualTo(new Ending(0)));
        Assert.That(guest.SavedAt, Is.EqualTo(new[] { 4 * Second }));
    }

    [Test]
    public void ASnapshotThatWasMissedIsAFailure()
    {
        FakeGuest guest = new FakeGuest().Does(Second, PowerOff);
        Ending ending = Run(guest, new() { Disks = [], Save = new(4 * Second, "file") });
        Assert.That(ending, Is.EqualTo(new Ending(1, "no snapshot: the guest ended before 4s")));
    }

    [Test]
    public void AnInterruptionIsHeard()
    {
        using var interrupted = new CancellationTokenSource();
        FakeGuest guest = new FakeGuest().Does(1, _ => interrupted.Cancel());
        Assert.That(() => Run(guest, new() { Disks = [] }, interrupted.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    private Ending Run(FakeGuest guest, BootRequest request, CancellationToken cancellation = default) =>
        new GuestSession(guest, request, new NobodyInput(), _output, _errors).Run(cancellation);

    private static void PowerOff(FakeGuest guest) => guest.Stop = GuestStop.PoweredOff;

    private static void AnswerLikeAnAgent(FakePort port, string output, string errors, byte exitCode) => port.Answer = request =>
    {
        Assert.That(request[2], Is.EqualTo((byte)ControlFrameKind.Start));
        Say(port, ControlFrameKind.Output, request[4], Encoding.UTF8.GetBytes(output));
        Say(port, ControlFrameKind.Errors, request[4], Encoding.UTF8.GetBytes(errors));
        Say(port, ControlFrameKind.Ended, request[4], [0, exitCode, 0, 0, 0, 0, 0, 0]);
    };

    private static void Say(FakePort port, ControlFrameKind kind, uint channel, byte[] payload) =>
        ControlFrame.Send(new Line(port), kind, channel, payload);

    private sealed class Line(FakePort port) : IByteSink
    {
        public void Write(ReadOnlySpan<byte> bytes) => port.FromGuest(bytes);
    }

    private static void AnswerLikeAShell(FakePort port, string output, string errors, int exitCode)
    {
        string word = Encoding.UTF8.GetString(new ControlShell("x", Stream.Null).Request()).Split("\\036' ")[1][..24];
        port.Answer = _ => port.FromGuest(Encoding.UTF8.GetBytes(
            $"\u001E{word}b\u001E{output}\u001E{word}e\u001E{exitCode} {errors.Length}\n{errors}"));
    }
}
