using TestLab.Machines.Devices.Network;
using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Storage;
using TestLab.Machines.Devices.Virtio;
using TestLab.Processor;
using TestLab.Processor.Execution;
using TestLab.Simulation;

namespace TestLab.Machines;

/// <summary>What a machine is made of; two machines with equal options and inputs run alike.</summary>
public sealed record MachineOptions
{
    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const long DefaultEpochUnixSeconds = 1_767_225_600;

    public const int SerialPortLimit = 2;
    public const int DiskLimit = 8;
    public const int NetworkLimit = 8;

    /// <summary>The machine's path in its lab: one part of the key of its random streams.</summary>
    public string Name { get; init; } = "machine";

    public ulong MemoryBytes { get; init; } = 128UL << 20;

    public ClockRate Speed { get; init; } = ClockRate.Default;

    public ulong Seed { get; init; }

    public CpuModel Processor { get; init; } = CpuModel.X86_64V2;

    /// <summary>What executes the guest; it makes no difference to it.</summary>
    public EngineOptions Engine { get; init; } = EngineOptions.Default;

    /// <summary>What the clock chip shows at power-on.</summary>
    public long EpochUnixSeconds { get; init; } = DefaultEpochUnixSeconds;

    /// <summary>COM1 and COM2.</summary>
    public IReadOnlyList<ISerialBackend> SerialPorts { get; init; } = [];

    public IReadOnlyList<IBlockBackend> Disks { get; init; } = [];

    public IReadOnlyList<NetworkCard> Networks { get; init; } = [];

    /// <summary>Ports of the virtio console: the first is hvc0, others go by their names.</summary>
    public IReadOnlyList<ConsolePort> ConsolePorts { get; init; } = [];

    /// <summary>Where firmware's log on port 402h goes.</summary>
    public ISerialBackend? DebugLog { get; init; }

    /// <summary>The same machine with the processor of a model's name.</summary>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public MachineOptions WithProcessor(string model) => this with
    {
        Processor = CpuModel.Find(model) ?? throw new ArgumentException($"There is no processor model {model}."),
    };

    /// <summary>The same machine on the engine of a name; null for the host's best.</summary>
    /// <exception cref="ArgumentException">There is no such engine.</exception>
    public MachineOptions WithEngine(string? name) => this with
    {
        Engine = new EngineOptions
        {
            Kind = name is null ? EngineKind.Automatic : Engines.Find(name) ?? throw new ArgumentException($"There is no engine {name}."),
        },
    };

    /// <exception cref="ArgumentException">There are more devices than the board has places for.</exception>
    internal void Check()
    {
        CheckCount("serial ports", SerialPorts.Count, SerialPortLimit);
        CheckCount("disks", Disks.Count, DiskLimit);
        CheckCount("network cards", Networks.Count, NetworkLimit);
        CheckCount("console ports", ConsolePorts.Count, VirtioConsole.PortLimit);
    }

    private static void CheckCount(string what, int count, int limit)
    {
        if (count > limit) throw new ArgumentException($"A machine has at most {limit} {what}, not {count}.");
    }
}
