using TestLab.Benchmarks.Races;
using TestLab.Images;

namespace TestLab.Benchmarks.Workloads;

/// <summary>What people run: programs of a Debian on a disk, in our machine and in qemu's translator.</summary>
internal static class WorkloadBenchmark
{
    private const string Ours = "ours";
    private const int MemoryMebibytes = 512;

    private static readonly string[] Others = ["tcg", "icount"];

    private static readonly string[] Rows =
    [
        "shell", "sha256sum", "gzip", "bzip2", "fork", "syscalls", "openssl-sha256", "openssl-aes", "openssl-rsa",
        "python-start", "python-fannkuch", "python-nbody", "python-json", "python-regex", "python-strings", "python-richards",
        "sqlite-transaction", "sqlite-commits", "gcc",
    ];

    public static async Task RunAsync(RaceOptions options)
    {
        IReadOnlyList<string> rows = options.Choose(Rows, row => row);
        string[] others = [.. Others.Where(name => options.Against?.Contains(name) ?? name == "tcg" && Qemu.IsInstalled)];
        GuestImage image = await BuildImageAsync().ConfigureAwait(false);
        Dictionary<string, IContender> contenders = [];
        try
        {
            foreach (string name in (string[])[Ours, .. others]) contenders.Add(name, Start(name, image, options));
            Compare(rows, contenders, others, options.Pairs);
        }
        finally
        {
            foreach (IContender contender in contenders.Values) contender.Dispose();
        }
    }

    public static Task<GuestImage> BuildImageAsync()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Workloads", "Guest");
        return new ImageBuilder(new ImageCatalog()).BuildAsync(
            ImageRecipe.For(new ImageSpecification
            {
                Base = ImageName.Parse("debian:13-minimal"),
                Packages = ["bzip2", "gcc", "libc6-dev", "libssl-dev", "openssl", "python3", "sqlite3"],
                Files =
                [
                    .. Directory.GetFiles(folder).Order(StringComparer.Ordinal)
                        .Select(file => new ImageFileSource(file, $"/workloads/{Path.GetFileName(file)}")),
                ],
                // Ours has no such flaws to mitigate; qemu's processor would pay for them at every entry to the kernel.
                CommandLine = "mitigations=off",
            }),
            progress: new Progress<ImageProgress>(progress => Console.Error.WriteLine(progress.Text)));
    }

    /// <summary>Our machine, ready for workloads.</summary>
    public static MachineContender StartOurs(GuestImage image, RaceOptions options) =>
        Prepare(new MachineContender(image, options.Engine, MemoryMebibytes));

    public static Lap Run(IContender contender, string row)
    {
        contender.Write($"{row}\n");
        Moment start = contender.ReadTo("BEGIN\n").Moment;
        Moment end = contender.ReadTo("END ").Moment;
        string code = contender.ReadTo("\n").Before;
        string checksum = contender.ReadTo("\n").Before;
        return code == "0" ? new Lap(end - start, checksum) : throw new InvalidOperationException($"{row} fails in {contender.Name}: {code}.");
    }

    private static IContender Start(string name, GuestImage image, RaceOptions options) => name == Ours
        ? StartOurs(image, options)
        : Prepare(Qemu.Start(image, countsInstructions: name == "icount", options.QemuModel, MemoryMebibytes));

    private static T Prepare<T>(T contender)
        where T : IContender
    {
        contender.ReadTo("testlab: ready");
        contender.Write("exec sh /workloads/workloads\n");
        contender.ReadTo("WORKLOADS");
        contender.ReadTo("\n");
        return contender;
    }

    private static void Compare(
        IReadOnlyList<string> rows, Dictionary<string, IContender> contenders, string[] others, int rounds)
    {
        Console.WriteLine("How many times faster ours is than others: on the wall, and (by processor time). More is better.");
        Console.WriteLine($"{"workload",-20}{"ours s",15}{"MIPS",7}{string.Concat(others.Select(name => $"{name + " s",17}{name,17}"))}");
        List<Race> races = [];
        foreach (string row in rows)
        {
            Race race = Race.Run([.. contenders.Keys], rounds, name => Run(contenders[name], row));
            races.Add(race);
            double speed = race.Median(Ours, cost => cost.Instructions / cost.Processor.TotalSeconds / 1e6);
            Console.WriteLine($"{row,-20}{Seconds(race, Ours)}{speed,7:F0}{string.Concat(others.Select(other => Figures([race], other)))}");
        }

        Console.WriteLine($"{"geometric mean",-42}{string.Concat(others.Select(other => Figures(races, other)))}");
    }

    private static string Figures(IReadOnlyList<Race> races, string other)
    {
        string seconds = races.Count == 1 ? Seconds(races[0], other) : "";
        double wall = Statistics.GeometricMean(races.Select(race => race.Ratio(other, Ours, cost => cost.Wall)));
        double processor = Statistics.GeometricMean(races.Select(race => race.Ratio(other, Ours, cost => cost.Processor)));
        return $"{seconds,17}{wall,8:F2} {$"({processor:F2})",8}";
    }

    private static string Seconds(Race race, string name) =>
        $"{race.Median(name, cost => cost.Wall.TotalSeconds),7:F2} {$"({race.Median(name, cost => cost.Processor.TotalSeconds):F2})",7}";
}
