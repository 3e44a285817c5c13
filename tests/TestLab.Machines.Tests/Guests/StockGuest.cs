using System.Text;
using TestLab.Images;
using TestLab.Machines.Boot;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Network;
using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Storage;
using TestLab.Machines.Devices.Virtio;
using TestLab.Processor.Execution;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Tests.Guests;

/// <summary>A stock Debian in a machine of its own, its serial console and its control channel in the test's hands.</summary>
/// <remarks>What is typed goes in at multiples of ten virtual milliseconds, so equal tests are equal runs.</remarks>
internal sealed class StockGuest : ISerialBackend, IByteSink, IDisposable
{
    private const int ControlPort = 0;
    private const long SliceNanoseconds = 10_000_000;

    private readonly StringBuilder _console = new();
    private readonly StringBuilder _answer = new();
    private ControlCommand? _command;
    private readonly Queue<byte> _typed = [];
    private readonly Queue<byte> _commands = [];

    private StockGuest(GuestImage image, IFrameSink? cable, ulong number, IBlockBackend? disk, EngineOptions? engine)
    {
        Control = new ControlClient(new Commands(_commands));
        Machine = new PersonalComputer(new MachineOptions
        {
            Name = $"guest{number}",
            Seed = 7,
            Engine = engine ?? EngineOptions.Default,
            MemoryBytes = (ulong)image.Manifest.MemoryMebibytes << 20,
            SerialPorts = [this],
            ConsolePorts = [new ConsolePort(ControlClient.PortName, this)],
            Networks = cable is null ? [] : [new NetworkCard(new MacAddress(0x0200_0000_0000 + number), cable)],
            Disks = disk is null ? [] : [disk],
        });
        Machine.Boot(new LinuxBoot
        {
            Kernel = File.ReadAllBytes(image.KernelPath),
            Unpacking = new UnpackedKernels().Find,
            Initrd = File.ReadAllBytes(image.InitrdPath),
            CommandLine = image.Manifest.CommandLine,
            Memory = new MemoryLayout(Machine.Options.MemoryBytes),
        });
    }

    public PersonalComputer Machine { get; }

    /// <summary>The host's end of the control channel.</summary>
    public ControlClient Control { get; }

    public string Console => _console.ToString();

    public RunResult Result { get; private set; }

    /// <summary>How the last command ended.</summary>
    public ControlOutcome? Outcome => _command?.Outcome;

    /// <summary>What the last command has said.</summary>
    public string Answer => _answer.ToString();

    /// <summary>The image of a name, or of a recipe that has been built; of a name it is built where it is not in the catalog.</summary>
    public static GuestImage ImageOf(string name) => new ImageCatalog().FindLabelled(name)
        ?? new ImageBuilder(new ImageCatalog()).BuildAsync(ImageName.Parse(name)).GetAwaiter().GetResult();

    public static StockGuest Create(string image, IFrameSink? cable = null, ulong number = 1, IBlockBackend? disk = null,
        EngineOptions? engine = null) => new(ImageOf(image), cable, number, disk, engine);

    public void Transmit(byte value) => _console.Append((char)value);

    public void Write(ReadOnlySpan<byte> bytes) => Control.Feed(bytes);

    public void Type(string text)
    {
        foreach (byte value in Encoding.ASCII.GetBytes(text)) _typed.Enqueue(value);
    }

    /// <summary>Runs to the next slice's end, by itself or by whoever runs several machines.</summary>
    public void Advance(Action<VirtualTime>? run = null)
    {
        Control.Advance(Machine.Now);
        Feed();
        VirtualTime until = new((Machine.Now.Nanoseconds / SliceNanoseconds + 1) * SliceNanoseconds);
        if (run is null) Result = Machine.Run(until);
        else run(until);
    }

    public void RunUntilConsoleShows(string text, int limitSeconds, int from = 0)
    {
        VirtualTime limit = Machine.Now.After(limitSeconds * VirtualTime.NanosecondsPerSecond);
        while (!_console.ToString(from, _console.Length - from).Contains(text, StringComparison.Ordinal))
        {
            Assert.That(Machine.Now, Is.LessThan(limit), $"\"{text}\" has not appeared. The console:\n{Tail(Console)}");
            Assert.That(Result, Is.EqualTo(RunResult.TimeReached).Or.EqualTo(RunResult.Idle), Tail(Console));
            Advance();
        }
    }

    /// <summary>Runs a command in the guest's root shell; gives its output, and fails unless it succeeds.</summary>
    public string Execute(string command, int limitSeconds, Action<VirtualTime>? run = null)
    {
        Begin(command);
        return Await(limitSeconds, run);
    }

    /// <summary>Hands a command over as soon as the agent is there.</summary>
    public void Begin(string command)
    {
        _answer.Clear();
        _command = null;
        Control.BecameReady = Start;
        if (Control.IsReady) Start();

        void Start()
        {
            Control.BecameReady = null;
            _command = Control.Start(CommandRequest.Shell($"({command}) 2>&1"));
            _command.Output = bytes => _answer.Append(Encoding.UTF8.GetString(bytes));
        }
    }

    public string Await(int limitSeconds, Action<VirtualTime>? run = null)
    {
        VirtualTime limit = Machine.Now.After(limitSeconds * VirtualTime.NanosecondsPerSecond);
        while (_command?.Outcome is null)
        {
            Assert.That(Machine.Now, Is.LessThan(limit), $"The command has not ended. It said:\n{_answer}\n{Tail(Console)}");
            Advance(run);
        }

        Assert.That(_command.Outcome?.IsSuccess, Is.True, $"{_command.Outcome}: {_answer}{Tail(Console)}");
        return _answer.ToString();
    }

    /// <summary>Runs until something is so.</summary>
    public void RunUntil(Func<bool> isSo, int limitSeconds)
    {
        VirtualTime limit = Machine.Now.After(limitSeconds * VirtualTime.NanosecondsPerSecond);
        while (!isSo())
        {
            Assert.That(Machine.Now, Is.LessThan(limit), Tail(Console));
            Advance();
        }
    }

    public void Dispose() => Machine.Dispose();

    private static string Tail(string text) => text.Length < 3000 ? text : text[^3000..];

    private void Feed()
    {
        if (_typed.Count != 0)
        {
            int accepted = Machine.SerialPorts[0].Receive(_typed.ToArray());
            for (int i = 0; i < accepted; i++) _typed.Dequeue();
        }

        if (_commands.Count == 0 || Machine.Console is not { } console || !console.IsOpen(ControlPort)) return;
        int taken = console.Receive(ControlPort, _commands.ToArray());
        for (int i = 0; i < taken; i++) _commands.Dequeue();
    }

    private sealed class Commands(Queue<byte> waiting) : IByteSink
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            foreach (byte value in bytes) waiting.Enqueue(value);
        }
    }
}
