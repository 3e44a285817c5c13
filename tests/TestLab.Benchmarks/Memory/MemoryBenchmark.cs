using TestLab.Benchmarks.Boots;
using TestLab.Benchmarks.Races;
using TestLab.Benchmarks.Workloads;
using TestLab.Images;

namespace TestLab.Benchmarks.Memory;

/// <summary>
/// What machines weigh, and what many of one image cost: each row in a process of its own, since memory that was used
/// once seldom goes back.
/// </summary>
internal static class MemoryBenchmark
{
    private const string Image = "tiny:13";
    private static readonly string[] Rows = ["boot", "systemd", "workload", "10", "50"];
    private static readonly string[] Work = ["python-start", "gcc"];

    public static void Run(RaceOptions options)
    {
        Console.WriteLine($"MiB of the process, of a machine on average; seconds of processor time a machine, and "
            + $"what part of them goes into translating: all that machines could save by sharing it. {Image}, but for "
            + $"systemd (debian:13) and workload ({string.Join(", ", Work)}).");
        Console.WriteLine(Header);
        foreach (string row in options.Choose(Rows, row => row))
        {
            using ProcessContender process = OwnProgram.Start(row, ["weigh", row, .. options.EngineArguments]);
            process.ReadTo("\n");
            Console.WriteLine(process.ReadTo("\n").Before);
        }
    }

    /// <summary>One row, in this process.</summary>
    public static async Task RunOnceAsync(RaceOptions options)
    {
        string row = options.Rows[0];
        int count = int.TryParse(row, out int number) ? number : 1;
        BootTarget target = row == "workload"
            ? new BootTarget(await WorkloadBenchmark.BuildImageAsync().ConfigureAwait(false), "testlab: ready")
            : await BootTarget.OfAsync(row == "systemd" ? "debian:13" : Image).ConfigureAwait(false);
        var watch = new TranslationWatch();
        ProcessWeight before = ProcessWeight.Now();
        List<MachineContender> machines = [];
        try
        {
            for (int i = 0; i < count; i++) machines.Add(Boot(target, row, options, watch));
            ProcessWeight after = ProcessWeight.Now();
            Console.WriteLine();
            Console.WriteLine(Describe(row, machines, after - before, watch.Spent));
        }
        finally
        {
            foreach (MachineContender machine in machines) machine.Dispose();
        }
    }

    private static string Header => $"{"row",-10}{"machines",9}{"RSS",8}{"RSS each",10}{"guest RAM",11}{"code",8}{"managed",9}"
        + $"{"rest",8}{"peak code",11}{"blocks",9}{"drops",7}{"s each",8}{"translating",13}{"Minstr each",13}{"MIPS",7}";

    private static MachineContender Boot(BootTarget target, string row, RaceOptions options, TranslationWatch watch)
    {
        if (row == "workload")
        {
            MachineContender working = WorkloadBenchmark.StartOurs(target.Image, options, watch);
            foreach (string work in Work) WorkloadBenchmark.Run(working, work);
            return working;
        }

        var machine = new MachineContender(target.Image, options.Engine, observer: watch);
        machine.ReadTo(target.Ready);
        return machine;
    }

    private static string Describe(string row, List<MachineContender> machines, ProcessWeight weight, TimeSpan translating)
    {
        double count = machines.Count;
        double guest = machines.Sum(machine => (double)machine.Machine.Memory.PrivatePageCount) * 4096;
        double rest = weight.ResidentBytes - guest - weight.CodeBytes - weight.ManagedBytes;
        double instructions = machines.Sum(machine => (double)machine.Machine.RetiredInstructions) / 1e6;
        double seconds = weight.Processor.TotalSeconds;
        var translations = machines.Select(machine => machine.Machine.Processor.Translation).ToList();
        return $"{row,-10}{count,9}{Mebibytes(weight.ResidentBytes),8}{Mebibytes(weight.ResidentBytes / count),10}"
            + $"{Mebibytes(guest / count),11}{Mebibytes(weight.CodeBytes / count),8}{Mebibytes(weight.ManagedBytes / count),9}"
            + $"{Mebibytes(rest / count),8}{Mebibytes(translations.Max(one => one?.PeakBytes ?? 0)),11}"
            + $"{translations.Average(one => one?.Translated ?? 0),9:F0}{translations.Sum(one => one?.Drops ?? 0),7}"
            + $"{seconds / count,8:F2}{translating.TotalSeconds / seconds,13:P1}{instructions / count,13:F0}{instructions / seconds,7:F0}";
    }

    private static string Mebibytes(double bytes) => $"{bytes / 1048576:F1}";
}
