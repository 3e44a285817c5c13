using System.Text;
using TestLab.Machines.Boot;
using TestLab.Machines.Devices.Network;
using TestLab.Machines.Processes;
using TestLab.Machines.Tests.Boot;
using TestLab.Machines.Tests.Virtio;
using TestLab.Simulation;
using TestLab.Simulation.Comparison;
using TestLab.Simulation.Execution;

namespace TestLab.Machines.Tests.Processes;

public sealed class MachineProcessTests
{
    private const ulong Data = 0x40_0000;
    private const long Second = VirtualTime.NanosecondsPerSecond;
    private const int ControlStream = MachineStreams.FirstPort;
    private const int InputQueue = 0, OutputQueue = 1;

    /// <summary>Says "B" and a line break on COM1, then sleeps.</summary>
    private static readonly byte[] SaysB = [0x66, 0xBA, 0xF8, 0x03, 0xB0, (byte)'B', 0xEE, 0xB0, (byte)'\n', 0xEE, 0xF4, 0xEB, 0xFD];

    private readonly List<IDisposable> _disposables = [];

    [TearDown]
    public void Dispose()
    {
        foreach (IDisposable disposable in Enumerable.Reverse(_disposables)) disposable.Dispose();
        _disposables.Clear();
    }

    [Test]
    public void AFrameArrivesOneLatencyAfterItWasSent()
    {
        MachineProcess first = Sleeper("first", 1), second = Sleeper("second", 2);
        FixedCable.Connect(first, second, 50_000);
        Executor executor = Run(first, second);
        var sender = new GuestDriver(new MachineBench(first.Machine), 1);
        var receiver = new GuestDriver(new MachineBench(second.Machine), 1);
        sender.Start(0, 0, 1);
        receiver.Start(0, 0, 1);
        receiver.Add(0, 0, (Data, 2000, true));
        receiver.Notify(0);
        executor.RunUntil(new VirtualTime(123_456));

        sender.Add(1, 0, (Data, 12 + 60, false));
        sender.Notify(1);
        executor.RunUntil(new VirtualTime(173_456));
        Assert.That(receiver.Take(0), Is.Null);
        executor.RunUntil(new VirtualTime(173_457));
        Assert.That(receiver.Take(0), Is.EqualTo((0u, 72u)));
    }

    [Test]
    public void TwoSleepersCostNoWindows()
    {
        MachineProcess first = Sleeper("first", 1), second = Sleeper("second", 2);
        FixedCable.Connect(first, second, 20_000);
        Run(first, second).RunUntil(VirtualTime.FromSeconds(3600));
        Assert.Multiple(() =>
        {
            Assert.That(first.Now, Is.EqualTo(VirtualTime.FromSeconds(3600)));
            Assert.That(second.Now, Is.EqualTo(VirtualTime.FromSeconds(3600)));
            Assert.That(first.Machine.Statistics.Exits.Sum(count => (long)count), Is.LessThan(100));
        });
    }

    [Test]
    public void MacAddressesReadAsPeopleWriteThem() =>
        Assert.That(new MacAddress(0x0200_DEAD_BEEF).ToString(), Is.EqualTo("02:00:de:ad:be:ef"));

    [Test]
    public void TheConsoleIsHeardByTheLineAndWatchedWithTimes()
    {
        var watcher = new Watcher();
        MachineProcess machine = Made(new MachineSetup { Hardware = Hardware("machine"), Boot = Kernel(SaysB), Console = watcher });
        Desk desk = DeskOf(machine, out _);
        Run(machine, desk).RunUntil(VirtualTime.FromMilliseconds(5));
        Assert.That(desk.Output("machine", MachineStreams.Serial).ToString(), Is.EqualTo("B\n"));
        Assert.That(watcher.Seen, Is.EqualTo(new[] { (new VirtualTime(2), "B\n") }), "the third instruction writes");
    }

    [Test]
    public void PowerComesAndGoesFromOutside()
    {
        MachineProcess machine = Made(new MachineSetup { Hardware = Hardware("machine"), Boot = Kernel(SaysB), StartsOn = false });
        Desk desk = DeskOf(machine, out MachineRemote remote);
        Executor executor = Run(machine, desk);
        executor.RunUntil(new VirtualTime(Second));
        Assert.That(desk.Output("machine", MachineStreams.Serial).Length, Is.Zero, "it is off");
        remote.SwitchOn();
        executor.RunUntil(new VirtualTime(2 * Second));
        machine.Machine.Memory.TryWriteUInt32(Data, 0xDEAD);
        remote.Reset();
        executor.RunUntil(new VirtualTime(3 * Second));
        Assert.That(machine.Machine.ResetCause, Is.EqualTo(ResetCause.None));
        machine.Machine.Memory.TryReadUInt32(Data, out uint kept);
        remote.CutPower();
        executor.RunUntil(new VirtualTime(4 * Second));
        machine.Machine.Memory.TryReadUInt32(Data, out uint lost);
        remote.CutPower(); // Of no use now.
        remote.SwitchOn();
        remote.SwitchOn();
        executor.RunUntil(new VirtualTime(5 * Second));
        const long There = 2 * MachineSetup.DefaultControlLookaheadNanoseconds;
        Assert.Multiple(() =>
        {
            Assert.That((kept, lost), Is.EqualTo((0xDEADu, 0u)), "RAM survives a reset and no loss of power");
            Assert.That(desk.Output("machine", MachineStreams.Serial).ToString(), Is.EqualTo("B\nB\nB\n"));
            Assert.That(desk.Changes.Select(change => (change.Time.Nanoseconds, change.Kind)), Is.EqualTo(new[]
            {
                (Second + There, MachineMessageKind.PowerOn), (2 * Second + There, MachineMessageKind.Reset),
                (3 * Second + There, MachineMessageKind.PowerOff), (4 * Second + There, MachineMessageKind.PowerOn),
            }));
            Assert.That(remote.IsOn, Is.True);
            Assert.That(machine.Now, Is.EqualTo(VirtualTime.FromSeconds(5)));
        });
    }

    [Test]
    public void AGuestThatSwitchesOffIsOffAndOneThatResetsStartsAnewOnceAStartTime()
    {
        byte[] off = [0x66, 0xBA, 0x04, 0x06, 0x66, 0xB8, 0x00, 0x34, 0x66, 0xEF, 0xF4];
        byte[] reset = [0x66, 0xBA, 0xF9, 0x0C, 0xB0, 0x06, 0xEE, 0xF4];
        MachineProcess first = Made(new MachineSetup { Hardware = Hardware("off"), Boot = Kernel(off) });
        MachineProcess second = Made(new MachineSetup { Hardware = Hardware("reset"), Boot = Kernel(reset) });
        var desk = new Desk();
        MachineRemote remote = desk.Connect(first, 0);
        MachineRemote other = desk.Connect(second, 0);
        Run(first, second, desk).RunUntil(new VirtualTime(Second));
        Assert.That(remote.IsOn, Is.False);
        Assert.That(other.ResetCount, Is.EqualTo(Second / MachineProcess.StartNanoseconds), "no reset costs no time");
    }

    [Test]
    public void HowFarTheProcessIsRunAtATimeIsNotSeen([Values(1UL, 100UL, 1_000UL)] ulong mips)
    {
        Assert.That(Trace(5_000_000), Is.EqualTo(Trace(777)));

        string Trace(long step)
        {
            // Counts to a million and says so, again and again: mov ecx,n; loop; out.
            byte[] counts = [0x66, 0xBA, 0xF8, 0x03, 0xB9, 0x40, 0x9C, 0, 0, 0xE2, 0xFE, 0xB0, (byte)'\n', 0xEE, 0xEB, 0xF3];
            var watcher = new Watcher();
            MachineOptions hardware = Hardware("machine") with { Speed = ClockRate.FromMips(mips) };
            using var machine = new MachineProcess(new MachineSetup { Hardware = hardware, Boot = Kernel(counts), Console = watcher });
            Desk desk = DeskOf(machine, out MachineRemote remote);
            using var executor = new Executor(new ExecutorOptions { WindowNanoseconds = step });
            executor.Add(machine);
            executor.Add(desk);
            executor.RunUntil(VirtualTime.FromMilliseconds(2));
            remote.Write(MachineStreams.Serial, "some input"u8);
            remote.Reset();
            executor.RunUntil(VirtualTime.FromMilliseconds(20));
            Assert.That(machine.Now, Is.EqualTo(VirtualTime.FromMilliseconds(20)));
            return $"{machine.Machine.StateHash()} {string.Join(' ', watcher.Seen)}";
        }
    }

    [Test]
    public void InputHasAWindowAndItsCreditComesBackAsTheGuestTakesIt()
    {
        MachineProcess machine = Sleeper("machine", 1);
        Desk desk = DeskOf(machine, out MachineRemote remote);
        Executor executor = Run(machine, desk);
        GuestDriver driver = OpenConsole(machine);
        byte[] text = new byte[100_000];
        int written = remote.Write(ControlStream, text);
        Assert.That(written, Is.EqualTo(MachineMessage.ContentLimitBytes).Or.EqualTo(MachineStreams.InputWindowBytes(ControlStream)));
        Assert.That(remote.Write(ControlStream, text.AsSpan(written)), Is.EqualTo(MachineStreams.InputWindowBytes(ControlStream) - written));
        executor.RunUntil(VirtualTime.FromMilliseconds(10));
        Assert.That(remote.Room(ControlStream), Is.Zero, "the guest has taken nothing");
        driver.Add(InputQueue, 0, (Data, 40_000, true));
        driver.Notify(InputQueue);
        Assert.That(driver.Take(InputQueue), Is.EqualTo((0u, 40_000u)));
        executor.RunUntil(VirtualTime.FromMilliseconds(20));
        Assert.That(remote.Room(ControlStream), Is.EqualTo(40_000));
        Assert.That(machine.Control.RefusedMessages, Is.Zero);
    }

    [Test]
    public void OutputWaitsInTheGuestWhileNobodyTakesIt()
    {
        MachineProcess machine = Sleeper("machine", 1);
        using var executor = new Executor();
        executor.Add(machine); // Nobody is at the other end of the control port.
        GuestDriver driver = OpenConsole(machine);
        for (ushort head = 0; head < 6; head++) driver.Add(OutputQueue, head, (Data, 20_000, false));
        driver.Notify(OutputQueue);
        int taken = 0;
        while (driver.Take(OutputQueue) is not null) taken++;
        Assert.That(taken, Is.EqualTo(4), "the fourth exceeds the window, the fifth waits");
    }

    [Test]
    public void OutputGoesOnWhenItIsTaken()
    {
        MachineProcess machine = Sleeper("machine", 1);
        Desk desk = DeskOf(machine, out _);
        Executor executor = Run(machine, desk);
        GuestDriver driver = OpenConsole(machine);
        driver.Write(Data, Encoding.ASCII.GetBytes(new string('x', 20_000)));
        for (ushort head = 0; head < 8; head++) driver.Add(OutputQueue, head, (Data, 20_000, false));
        driver.Notify(OutputQueue);
        executor.RunUntil(VirtualTime.FromMilliseconds(50));
        Assert.That(desk.Output("machine", ControlStream).ToString(), Is.EqualTo(new string('x', 160_000)));
    }

    [Test]
    public void ACableIsPulledAtAnExactTime()
    {
        MachineProcess machine = Sleeper("machine", 1);
        Desk desk = DeskOf(machine, out MachineRemote remote);
        Executor executor = Run(machine, desk);
        var driver = new GuestDriver(new MachineBench(machine.Machine), 1);
        driver.Start(1 << 16, 0, 1);
        executor.RunUntil(VirtualTime.FromMilliseconds(1));
        remote.SetCarrier(0, false);
        remote.SetCarrier(7, false); // There is no such card.
        executor.RunUntil(VirtualTime.FromMilliseconds(2));
        Assert.That(machine.Machine.Networks[0].HasCarrier, Is.True);
        executor.RunUntil(VirtualTime.FromMilliseconds(2).After(1));
        Assert.That(machine.Machine.Networks[0].HasCarrier, Is.False);
        Assert.That(machine.Control.RefusedMessages, Is.EqualTo(1));
    }

    [Test]
    public void NonsenseAtTheControlPortHarmsNobody([Values(1UL, 2UL)] ulong seed)
    {
        MachineProcess machine = Sleeper("machine", 1);
        var desk = new Desk();
        var remote = new MachineRemote(desk, "nobody", 1, 1_000);
        remote.Output.Connect(machine.Control.Input);
        Executor executor = Run(machine, desk);
        var random = new RandomStream(seed, "control", "nonsense");
        for (int round = 0; round < 500; round++)
        {
            byte[] message = new byte[random.NextBelow(200)];
            random.Fill(message);
            if (message.Length > 1) (message[0], message[1]) = ((byte)random.NextBelow(12), (byte)random.NextBelow(4));
            remote.Output.Send(desk.Now.After(1_000), message);
            executor.RunUntil(executor.Now.After(5_000));
        }

        Assert.That(machine.Control.RefusedMessages, Is.GreaterThan(50));
    }

    [Test]
    public void ASavedProcessGoesOnToTheHashOfOneThatWasNot()
    {
        (MachineProcess first, Executor run, MachineRemote remote) = Start();
        run.RunUntil(VirtualTime.FromMilliseconds(3));
        remote.Write(ControlStream, "under way"u8);
        run.RunUntil(VirtualTime.FromMilliseconds(3).After(500));
        List<byte[]> saved = [.. run.Processes.SelectMany(process => process.Parts).Select(Snapshots.MachineParts.Save)];
        run.RunUntil(VirtualTime.FromMilliseconds(9));

        (MachineProcess second, Executor again, _) = Start();
        int index = 0;
        foreach (StatePart part in again.Processes.SelectMany(process => process.Parts)) Snapshots.MachineParts.Restore(part, saved[index++]);
        again.RunUntil(VirtualTime.FromMilliseconds(9));
        Assert.That(again.Hash(), Is.EqualTo(run.Hash()));
        Assert.That(second.Machine.Console?.PendingInput(0), Is.EqualTo(9));
        Assert.That(second.HashParts(), Is.EqualTo(first.HashParts()));
    }

    [Test]
    public void AForkSharesPagesAndGoesItsOwnWay()
    {
        MachineProcess origin = Sleeper("origin", 1);
        new Desk().Connect(origin, 1);
        origin.Machine.Memory.TryWriteUInt64(Data, 42);
        origin.Advance(new VirtualTime(1_234));
        MachineProcess fork = Keep(origin.Fork(Setup("fork", 9)));
        Assert.Multiple(() =>
        {
            Assert.That(fork.Machine.Memory.PrivatePageCount, Is.Zero);
            Assert.That(fork.Machine.Now, Is.EqualTo(origin.Machine.Now));
            Assert.That(fork.Machine.StateHash(), Is.EqualTo(origin.Machine.StateHash()));
        });
        fork.Machine.Memory.TryWriteUInt64(Data, 43);
        origin.Machine.Memory.TryReadUInt64(Data, out ulong kept);
        Assert.That(kept, Is.EqualTo(42));
        Assert.That(fork.Machine.Memory.PrivatePageCount, Is.EqualTo(1));
        Assert.That(fork.Machine.StateHash(), Is.Not.EqualTo(origin.Machine.StateHash()));
        Assert.That(() => origin.Fork(new MachineSetup { Hardware = Hardware("small") with { MemoryBytes = 4 << 20 } }),
            Throws.TypeOf<SnapshotException>());
    }

    [Test]
    public void TheHashFollowsEveryChangeAndComesBackWithIt()
    {
        MachineProcess machine = Sleeper("machine", 1);
        StateHash before = machine.Machine.StateHash();
        machine.Machine.Memory.TryWriteUInt64(Data, 1);
        StateHash changed = machine.Machine.StateHash();
        machine.Machine.Memory.TryWriteUInt64(Data, 0);
        Assert.Multiple(() =>
        {
            Assert.That(changed, Is.Not.EqualTo(before));
            Assert.That(machine.Machine.StateHash(), Is.EqualTo(before));
            Assert.That(machine.HashParts().Select(part => part.Name), Does.Contain("memory").And.Contain("processor").And.Contain("net0"));
        });
    }

    [Test]
    public void ARunStopsAtAnyTickOfTheClock()
    {
        byte[] counts = [0xB9, 0x40, 0x9C, 0, 0, 0xE2, 0xFE, 0xF4];
        MachineProcess machine = Made(new MachineSetup { Hardware = Hardware("machine"), Boot = Kernel(counts) });
        machine.AdvanceToClock(12_345, VirtualTime.FromMilliseconds(100));
        Assert.That(machine.Machine.Clock, Is.EqualTo(12_345));
        machine.AdvanceToClock(ulong.MaxValue, new VirtualTime(20_000));
        Assert.That(machine.Machine.Clock, Is.EqualTo(20_000));
    }

    [Test]
    public void ARunIsTracedStepByStep()
    {
        byte[] counts = [0xB9, 0x03, 0, 0, 0, 0xE2, 0xFE, 0xF4];
        IInstructionTrace trace = Made(new MachineSetup { Hardware = Hardware("machine"), Boot = Kernel(counts) });
        List<string> steps = [trace.DescribeNext()];
        StateHash before = trace.HashStep();
        while (trace.Step(new VirtualTime(100))) steps.Add(trace.DescribeNext());
        string[] addresses = [.. steps.Select(step => step.Split(' ')[1].Split(':')[1])];
        Assert.That(addresses[..6], Is.EqualTo(new[] { "1000040", "1000045", "1000045", "1000045", "1000047", "1000048" }));
        Assert.That(addresses[6..], Has.All.EqualTo("1000048").And.Length.LessThan(100), "it sleeps");
        Assert.That(trace.HashStep(), Is.Not.EqualTo(before));
    }

    private static MachineOptions Hardware(string name) => new() { Name = name, MemoryBytes = MachineBench.MemoryBytes * 2, Seed = 42 };

    private static MachineSetup Setup(string name, ulong number) => new()
    {
        Hardware = Hardware(name),
        Cards = [new MacAddress(0x0200_0000_0000 + number)],
        ConsolePorts = ["testlab.control"],
    };

    private static LinuxBoot Kernel(byte[] code) => new()
    {
        Kernel = SyntheticKernel.Running(code),
        Initrd = default,
        CommandLine = "",
        Memory = new MemoryLayout(MachineBench.MemoryBytes * 2),
    };

    private static GuestDriver OpenConsole(MachineProcess machine)
    {
        var driver = new GuestDriver(new MachineBench(machine.Machine), 3);
        driver.Start(1 << 1, InputQueue, OutputQueue, 2, 3);
        return driver;
    }

    private static Desk DeskOf(MachineProcess machine, out MachineRemote remote)
    {
        var desk = new Desk();
        remote = desk.Connect(machine, machine.Machine.Options.ConsolePorts.Count);
        return desk;
    }

    private (MachineProcess Machine, Executor Executor, MachineRemote Remote) Start()
    {
        MachineProcess machine = Sleeper("machine", 1);
        Desk desk = DeskOf(machine, out MachineRemote remote);
        return (machine, Run(machine, desk), remote);
    }

    private MachineProcess Sleeper(string name, ulong number)
    {
        MachineProcess machine = Made(Setup(name, number));
        MachineBench.Sleep(machine.Machine);
        return machine;
    }

    private MachineProcess Made(MachineSetup setup) => Keep(new MachineProcess(setup));

    private Executor Run(params Simulation.Processes.LogicalProcess[] processes)
    {
        Executor executor = Keep(new Executor());
        foreach (Simulation.Processes.LogicalProcess process in processes) executor.Add(process);
        executor.RunUntil(executor.Now); // It sees the connections: what is sent before that is lost.
        return executor;
    }

    private T Keep<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    private sealed class Watcher : IConsoleObserver
    {
        public List<(VirtualTime Time, string Text)> Seen { get; } = [];

        public void Written(VirtualTime time, ReadOnlySpan<byte> bytes) => Seen.Add((time, Encoding.ASCII.GetString(bytes)));
    }
}
