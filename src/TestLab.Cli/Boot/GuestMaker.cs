using TestLab.Cli.Hosting;
using TestLab.Machines;
using TestLab.Machines.Boot;
using TestLab.Machines.Devices.Storage;
using TestLab.Processor;
using TestLab.Simulation;

namespace TestLab.Cli.Boot;

/// <summary>Builds the machine of a plan, or of a snapshot.</summary>
internal static class GuestMaker
{
    private static readonly CpuModel[] Models = [CpuModel.X86_64V2, CpuModel.Pentium3];

    /// <exception cref="WrongInputException">The machine, or what is to be booted, is not possible.</exception>
    public static IGuest Create(MachinePlan plan)
    {
        var console = new SerialConsole();
        var control = new ControlPort();
        var options = new MachineOptions
        {
            MemoryBytes = (ulong)plan.MemoryBytes,
            Speed = new ClockRate((ulong)plan.InstructionsPerSecond, VirtualTime.NanosecondsPerSecond),
            Seed = plan.Seed,
            Processor = ModelOf(plan.Cpu),
            SerialPorts = [console],
            Disks = [.. plan.Disks.Select(Open)],
            ConsolePorts = [new(ControlPort.Name, control)],
        };
        var linux = new LinuxBoot
        {
            Kernel = File.ReadAllBytes(plan.Kernel),
            Initrd = plan.Initrd is { } initrd ? File.ReadAllBytes(initrd) : default,
            CommandLine = plan.CommandLine,
            Memory = new MemoryLayout(options.MemoryBytes),
        };
        var machine = new PersonalComputer(options);
        try
        {
            machine.Boot(linux);
            return new MachineGuest(machine, console, control, again => again.Boot(linux));
        }
        catch (BootException failed)
        {
            machine.Dispose();
            throw new WrongInputException($"{plan.Kernel}: {failed.Message}", Remedy(failed.Error));
        }
    }

    public static IGuest Restore(string path) => throw new NotSupportedException($"no snapshots yet: {path}");

    // A disk stays open for as long as the process lives.
    private static IBlockBackend Open(DiskRequest disk)
    {
        var file = new FileDisk(disk.Path);
        return disk.IsReadOnly ? file : new OverlayDisk(file);
    }

    private static CpuModel ModelOf(string? name)
    {
        if (name is null) return CpuModel.X86_64V2;
        string all = string.Join(", ", Models.Select(model => model.Name));
        return Models.FirstOrDefault(model => model.Name == name)
            ?? throw new WrongInputException($"unknown processor {name}", $"known are {all}");
    }

    private static string Remedy(BootError error) => error switch
    {
        BootError.TooLittleMemory => "give it more with --memory",
        BootError.Truncated or BootError.Damaged => "copy the file anew",
        BootError.CommandLineTooLong or BootError.InvalidCommandLine => "change --append",
        BootError.NotAKernel => "name a bzImage (/boot/vmlinuz-*) or an ELF kernel",
        _ => "try another kernel",
    };
}
