using System.Diagnostics;
using TestLab.Images;
using TestLab.Machines;
using TestLab.Machines.Boot;
using TestLab.Simulation;

namespace TestLab.Benchmarks.Boots;

/// <summary>A boot to the shell and a snapshot of it, beside qemu's translator on the same files where it is installed.</summary>
internal static class BootBenchmark
{
    private const int Repetitions = 3;

    private static readonly string[] Images = ["tiny:11", "tiny:12", "tiny:13", "tiny:12-i386"];

    /// <param name="names">The images to boot; none for those of the table in the README.</param>
    public static async Task RunAsync(IReadOnlyList<string> names)
    {
        Console.WriteLine($"{"image",-16}{"instructions",14}{"seconds",9}{"MIPS",7}{"MIPS/CPU",10}{"first",7}{"entries",12}"
            + $"{"alone",11}{"misses",11}{"qemu s",8}{"ours/qemu",11}{"save ms",9}{"restore ms",12}{"snapshot MiB",14}");
        var builder = new ImageBuilder(new ImageCatalog());
        foreach (string name in names.Count != 0 ? names : Images)
        {
            GuestImage image = await builder.BuildAsync(ImageName.Parse(name)).ConfigureAwait(false);
            Row row = Measure(image);
            Console.WriteLine($"{name,-16}{row.Instructions,14:N0}{row.Seconds,9:F2}{row.Instructions / row.Seconds / 1e6,7:F0}"
                + $"{row.Instructions / row.ProcessorSeconds / 1e6,10:F0}{row.Instructions / row.FirstProcessorSeconds / 1e6,7:F0}"
                + $"{row.EngineEntries,12:N0}{row.SingleInstructions,11:N0}{row.TlbMisses,11:N0}"
                + (row.QemuSeconds is { } qemu ? $"{qemu,8:F2}{row.Ratio,11:F1}" : $"{"-",8}{"-",11}")
                + $"{row.SaveMilliseconds,9:F0}{row.RestoreMilliseconds,12:F0}{row.SnapshotBytes / 1048576.0,14:F1}");
        }
    }

    private static Row Measure(GuestImage image)
    {
        var row = new Row();
        var ratios = new List<double>();
        var seconds = new List<double>();
        var processorSeconds = new List<double>();
        var qemuSeconds = new List<double>();
        for (int i = 0; i < Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan processorStart = Environment.CpuUsage.TotalTime;
            using PersonalComputer machine = Boot(image, out ReadyWatch watch);
            while (!watch.IsReady) machine.Run(machine.Now.After(10_000_000));
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            processorSeconds.Add((Environment.CpuUsage.TotalTime - processorStart).TotalSeconds);
            row.Count(machine);
            if (QemuBoot.TryMeasure(image) is { } qemu)
            {
                qemuSeconds.Add(qemu);
                ratios.Add(seconds[^1] / qemu);
            }

            MeasureSnapshot(image, machine, row);
        }

        row.Seconds = Median(seconds);
        row.FirstProcessorSeconds = processorSeconds[0];
        row.ProcessorSeconds = Median(processorSeconds);
        if (qemuSeconds.Count != 0) (row.QemuSeconds, row.Ratio) = (Median(qemuSeconds), Median(ratios));
        return row;
    }

    private static void MeasureSnapshot(GuestImage image, PersonalComputer machine, Row row)
    {
        using var snapshot = new MemoryStream();
        long start = Stopwatch.GetTimestamp();
        machine.Save(snapshot);
        row.SaveMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        row.SnapshotBytes = snapshot.Length;
        using PersonalComputer other = Boot(image, out _);
        snapshot.Position = 0;
        start = Stopwatch.GetTimestamp();
        other.Restore(snapshot);
        row.RestoreMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (other.StateHash() != machine.StateHash()) throw new InvalidOperationException("The restored machine differs.");
    }

    private static PersonalComputer Boot(GuestImage image, out ReadyWatch watch)
    {
        watch = new ReadyWatch();
        var machine = new PersonalComputer(new MachineOptions
        {
            MemoryBytes = (ulong)image.Manifest.MemoryMebibytes << 20,
            SerialPorts = [watch],
        });
        machine.Boot(new LinuxBoot
        {
            Kernel = File.ReadAllBytes(image.KernelPath),
            Unpacking = new UnpackedKernels().Find,
            Initrd = File.ReadAllBytes(image.InitrdPath),
            CommandLine = image.Manifest.CommandLine,
            Memory = new MemoryLayout(machine.Options.MemoryBytes),
        });
        return machine;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private sealed class Row
    {
        public ulong Instructions { get; private set; }

        public double Seconds { get; set; }

        /// <summary>Of all threads: what a loaded host says of the speed.</summary>
        public double ProcessorSeconds { get; set; }

        /// <summary>Of the first boot, which compiles the handlers.</summary>
        public double FirstProcessorSeconds { get; set; }

        public ulong EngineEntries { get; private set; }

        public ulong SingleInstructions { get; private set; }

        public ulong TlbMisses { get; private set; }

        public double? QemuSeconds { get; set; }

        public double Ratio { get; set; }

        public double SaveMilliseconds { get; set; }

        public double RestoreMilliseconds { get; set; }

        public long SnapshotBytes { get; set; }

        public void Count(PersonalComputer machine)
        {
            Instructions = machine.Processor.Clock - machine.Statistics.IdleTicks;
            EngineEntries = machine.Processor.Statistics.EngineEntries;
            SingleInstructions = machine.Processor.Statistics.SingleInstructions;
            TlbMisses = machine.Processor.Mmu.MissCount;
        }
    }
}
