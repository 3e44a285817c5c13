using TestLab.Cli.Hosting;
using TestLab.Images;
using TestLab.Labs.Running;
using TestLab.Machines;
using TestLab.Machines.Boot;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Storage;
using TestLab.Processor;
using TestLab.Processor.Execution;
using TestLab.Simulation;

namespace TestLab.Cli.Boot;

/// <summary>Builds the machine of a plan, or of a snapshot.</summary>
internal static class GuestMaker
{
    private static readonly CpuModel[] Models = [CpuModel.X86_64V2, CpuModel.Pentium3];

    /// <exception cref="WrongInputException">The machine, or what is to be booted, is not possible.</exception>
    public static IGuest Create(MachinePlan plan, EngineKind engine) =>
        Make(plan, engine, machine => Load(machine, plan));

    /// <exception cref="WrongInputException">The snapshot is damaged, or a disk of it is gone.</exception>
    public static IGuest Restore(string path, EngineKind engine) => SnapshotFile.Restore(path, (plan, restore) =>
    {
        foreach (DiskRequest disk in plan.Disks) InputFile.Check($"{path} needs its disk", disk.Path);
        return Make(plan, engine, restore);
    });

    private static MachineGuest Make(MachinePlan plan, EngineKind engine, Action<PersonalComputer> begin)
    {
        var console = new HostLine();
        var control = new HostLine();
        var options = new MachineOptions
        {
            MemoryBytes = (ulong)plan.MemoryBytes,
            Speed = new ClockRate((ulong)plan.InstructionsPerSecond, VirtualTime.NanosecondsPerSecond),
            Seed = plan.Seed,
            Processor = ModelOf(plan.Cpu),
            Engine = new EngineOptions { Kind = engine },
            SerialPorts = [console],
            Disks = [.. plan.Disks.Select(Open)],
            ConsolePorts = [new(ControlClient.PortName, control)],
        };
        PersonalComputer? machine = null;
        try
        {
            machine = new(options);
            begin(machine);
            return new MachineGuest(machine, plan, console, control, again => Load(again, plan));
        }
        catch (Exception failed) when (failed is WrongInputException or ArgumentException)
        {
            machine?.Dispose();
            if (failed is WrongInputException) throw;
            throw new WrongInputException(
                $"no such machine: {failed.Message.ReplaceLineEndings(" ")}", "change --memory");
        }
    }

    private static void Load(PersonalComputer machine, MachinePlan plan)
    {
        var linux = new LinuxBoot
        {
            Kernel = File.ReadAllBytes(plan.Kernel),
            Unpacking = new UnpackedKernels().Find,
            Initrd = plan.Initrd is { } initrd ? File.ReadAllBytes(initrd) : default,
            CommandLine = plan.CommandLine,
            Memory = new MemoryLayout(machine.Options.MemoryBytes),
        };
        try
        {
            machine.Boot(linux);
        }
        catch (BootException failed)
        {
            throw new WrongInputException($"{plan.Kernel}: {failed.Message}", Remedy(failed.Error));
        }
    }

    // A disk stays open for as long as the process lives.
    private static IBlockBackend Open(DiskRequest disk)
    {
        try
        {
            var file = new FileDisk(disk.Path);
            return disk.IsReadOnly ? file : new OverlayDisk(file);
        }
        catch (InvalidDataException wrong)
        {
            throw new WrongInputException(wrong.Message, "convert or pad it");
        }
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
