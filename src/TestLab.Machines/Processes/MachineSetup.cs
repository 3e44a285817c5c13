using TestLab.Machines.Boot;
using TestLab.Machines.Devices.Network;

namespace TestLab.Machines.Processes;

/// <summary>What a machine process is made of.</summary>
public sealed record MachineSetup
{
    /// <summary>From handing a message to the control port over to its arrival, in nanoseconds: 1 ms.</summary>
    public const long DefaultControlLookaheadNanoseconds = 1_000_000;

    /// <summary>
    /// Name, memory, speed, seed, processor, disks. Serial ports, cards and console ports are the process's own and
    /// not to be given here.
    /// </summary>
    public required MachineOptions Hardware { get; init; }

    /// <summary>The addresses of its network cards; their cables are connected later.</summary>
    public IReadOnlyList<MacAddress> Cards { get; init; } = [];

    /// <summary>The ports of its virtio console by name.</summary>
    public IReadOnlyList<string> ConsolePorts { get; init; } = [];

    /// <summary>What is loaded at power-on and after each reset.</summary>
    public LinuxBoot? Boot { get; init; }

    /// <summary>False for a machine that waits for <see cref="MachineMessageKind.PowerOn"/>.</summary>
    public bool StartsOn { get; init; } = true;

    public long ControlLookaheadNanoseconds { get; init; } = DefaultControlLookaheadNanoseconds;

    /// <summary>Who watches the serial console.</summary>
    public IConsoleObserver? Console { get; init; }
}
