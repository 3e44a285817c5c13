using TestLab.Images;

namespace TestLab.Cli.Boot;

/// <summary>Makes a plan of a request: finds the image's files, and looks whether the user's own are there.</summary>
internal sealed class MachinePlanner(Func<string, GuestImage> provide)
{
    /// <exception cref="WrongInputException">A file cannot be read.</exception>
    public MachinePlan Plan(BootRequest request)
    {
        MachinePlan plan = request.Image is { } name ? OfImage(provide(name)) : OfKernel(request);
        DiskRequest[] disks = [.. plan.Disks, .. request.Disks];
        foreach (DiskRequest disk in disks) InputFile.Check("--disk", disk.Path);
        return plan with
        {
            // A snapshot of the machine must find them from any folder.
            Kernel = Path.GetFullPath(plan.Kernel),
            Initrd = plan.Initrd is { } initrd ? Path.GetFullPath(initrd) : null,
            CommandLine = $"{plan.CommandLine} {request.Append}".Trim(),
            Disks = [.. disks.Select(disk => disk with { Path = Path.GetFullPath(disk.Path) })],
            MemoryBytes = request.MemoryBytes ?? plan.MemoryBytes,
            InstructionsPerSecond = request.InstructionsPerSecond ?? plan.InstructionsPerSecond,
            Cpu = request.Cpu,
            Seed = request.Seed,
        };
    }

    private static MachinePlan OfImage(GuestImage image) => new()
    {
        Kernel = image.KernelPath,
        Initrd = image.HasInitrd ? image.InitrdPath : null,
        CommandLine = image.Manifest.CommandLine,
        MemoryBytes = (long)image.Manifest.MemoryMebibytes << 20,
        Disks = image.DiskPath is { } disk ? [new(disk, IsReadOnly: false)] : [],
    };

    private static MachinePlan OfKernel(BootRequest request)
    {
        string kernel = request.Kernel ?? "";
        InputFile.Check("--kernel", kernel);
        if (request.Initrd is { } initrd) InputFile.Check("--initrd", initrd);
        return new()
        {
            Kernel = kernel,
            Initrd = request.Initrd,
            CommandLine = MachinePlan.DefaultCommandLine,
            Disks = [],
        };
    }
}
