using TestLab.Images;
using TestLab.Images.Building;
using TestLab.Labs.Running;
using TestLab.Machines;
using TestLab.Machines.Boot;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Storage;

namespace TestLab.Labs.Building;

/// <summary>Finishes images in an emulated PC: whatever this host cannot run, a guest of its own kind can.</summary>
public sealed class BuildMachine : IBuildMachine
{
    /// <exception cref="ImageException">The machine cannot boot, or stopped before the command did.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public Task<BuildOutcome> RunAsync(BuildErrand errand, CancellationToken cancellation)
        => Task.Factory.StartNew(
            () => Run(errand, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static BuildOutcome Run(BuildErrand errand, CancellationToken cancellation)
    {
        List<FileDisk> files = [];
        try
        {
            foreach (string path in errand.Disks) files.Add(new FileDisk(path));
            var result = new OverlayDisk(new BlankDisk((ulong)errand.ResultBytes / IBlockBackend.SectorBytes));
            var console = new ConsoleTail();
            var control = new HostLine();
            using var machine = new PersonalComputer(new MachineOptions
            {
                Name = "build",
                MemoryBytes = (ulong)errand.MemoryMebibytes << 20,
                SerialPorts = [console],
                Disks = [.. files.Select(file => new OverlayDisk(file)), result],
                ConsolePorts = [new(ControlClient.PortName, control)],
            });
            Load(machine, errand);
            BuildOutcome outcome = new BuildSession(machine, control, console, errand).Run(cancellation);
            if (outcome.ExitCode == 0) Write(result, errand.Result, cancellation);
            return outcome;
        }
        catch (BootException failed)
        {
            throw new ImageException($"the build machine does not boot: {failed.Message}", cause: failed);
        }
        finally
        {
            foreach (FileDisk file in files) file.Dispose();
        }
    }

    private static void Load(PersonalComputer machine, BuildErrand errand) => machine.Boot(new LinuxBoot
    {
        Kernel = File.ReadAllBytes(errand.Kernel),
        Unpacking = new UnpackedKernels().Find,
        Initrd = File.ReadAllBytes(errand.Initrd),
        CommandLine = errand.CommandLine,
        Memory = new MemoryLayout(machine.Options.MemoryBytes),
    });

    private static void Write(OverlayDisk disk, string path, CancellationToken cancellation)
    {
        using FileStream file = File.Create(path);
        foreach ((ulong number, byte[] content) in disk.Clusters())
        {
            cancellation.ThrowIfCancellationRequested();
            file.Position = (long)number * OverlayDisk.ClusterBytes;
            file.Write(content);
        }
    }
}
