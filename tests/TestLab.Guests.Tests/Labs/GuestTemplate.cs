using System.Text;
using TestLab.Images;
using TestLab.Machines;
using TestLab.Machines.Boot;
using TestLab.Machines.Devices.Network;
using TestLab.Machines.Processes;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Labs;

/// <summary>One guest that has booted to a shell; tests run forks of it.</summary>
/// <remarks>
/// The shell reads commands from the serial console, line by line without echo, and says how each has ended.
/// </remarks>
internal sealed class GuestTemplate : IConsoleObserver, IDisposable
{
    public const int CardCount = 4;

    /// <summary>How far the guest has been run: a moment at which it sleeps.</summary>
    public static readonly VirtualTime Time = VirtualTime.FromSeconds(5);

    private static readonly Lazy<GuestTemplate> Booted = new(() => new GuestTemplate());

    private readonly StringBuilder _console = new();
    private readonly MachineProcess _machine;
    private readonly LinuxBoot _boot;
    private readonly ulong _memoryBytes;

    private GuestTemplate()
    {
        GuestImage image = new ImageBuilder(new ImageCatalog()).BuildAsync(ImageName.Parse("tiny")).GetAwaiter().GetResult();
        _memoryBytes = (ulong)image.Manifest.MemoryMebibytes << 20;
        _boot = new LinuxBoot
        {
            Kernel = File.ReadAllBytes(image.KernelPath),
            Initrd = File.ReadAllBytes(image.InitrdPath),
            CommandLine = image.Manifest.CommandLine,
            Memory = new MemoryLayout(_memoryBytes),
        };
        _machine = new MachineProcess(SetupOf("template", 0, seed: 1, this));
        RunUntilConsoleShows("~ # ");
        Type("dmesg -n 1; stty -echo; while read -r command; do eval \"$command\"; done\n");
        Type("echo rea\"d\"y\n");
        RunUntilConsoleShows("ready\r\n");
        Assert.That(_machine.Machine.Now, Is.LessThan(Time));
        _machine.Advance(Time);
    }

    /// <summary>A new guest in the template's state.</summary>
    /// <param name="name">Its own.</param>
    /// <param name="number">Of which its cards' addresses are made.</param>
    /// <param name="seed">Of its random streams.</param>
    /// <param name="console">Who watches its console.</param>
    public static MachineProcess Fork(string name, int number, ulong seed, IConsoleObserver? console = null) =>
        Booted.Value._machine.Fork(Booted.Value.SetupOf(name, number, seed, console));

    /// <summary>The tests are over.</summary>
    public static void End()
    {
        if (Booted.IsValueCreated) Booted.Value.Dispose();
    }

    public void Dispose() => _machine.Dispose();

    /// <summary>The address of a guest's card.</summary>
    public static MacAddress AddressOf(int number, int card) => new(0x0200_0000_0000 + ((ulong)number << 8) + (ulong)card);

    public void Written(VirtualTime time, ReadOnlySpan<byte> bytes) => _console.Append(Encoding.ASCII.GetString(bytes));

    private MachineSetup SetupOf(string name, int number, ulong seed, IConsoleObserver? console) => new()
    {
        Hardware = new MachineOptions { Name = name, Seed = seed, MemoryBytes = _memoryBytes },
        Cards = [.. Enumerable.Range(0, CardCount).Select(card => AddressOf(number, card))],
        Boot = _boot,
        Console = console,
    };

    private void Type(string text)
    {
        int accepted = _machine.Machine.SerialPorts[0].Receive(Encoding.ASCII.GetBytes(text));
        Assert.That(accepted, Is.EqualTo(text.Length));
    }

    private void RunUntilConsoleShows(string text)
    {
        int from = Math.Max(0, _console.Length - text.Length);
        while (!_console.ToString(from, _console.Length - from).Contains(text, StringComparison.Ordinal))
        {
            Assert.That(_machine.Now, Is.LessThan(Time), $"\"{text}\" has not appeared. The console:\n{_console}");
            _machine.Advance(_machine.Now.After(10_000_000));
        }
    }
}
