using TestLab.Benchmarks.Races;
using TestLab.Images;
using TestLab.Processor.Translation;
using static TestLab.Benchmarks.Races.ContenderNames;

namespace TestLab.Benchmarks.Workloads;

/// <summary>What people run: programs of a Debian on a disk, in our machine and in qemu's translator.</summary>
internal static class WorkloadBenchmark
{
    private const int MemoryMebibytes = 512;

    private static readonly string[] Others = [Tcg, Icount];

    private static readonly string[] Rows =
    [
        "shell", "sha256sum", "gzip", "bzip2", "fork", "syscalls", "openssl-sha256", "openssl-aes", "openssl-rsa",
        "python-start", "python-fannkuch", "python-nbody", "python-json", "python-regex", "python-strings", "python-richards",
        "sqlite-transaction", "sqlite-commits", "gcc",
    ];

    public static async Task RunAsync(RaceOptions options)
    {
        IReadOnlyList<string> rows = options.Choose(Rows, row => row);
        string[] others = options.Opponents(Others, [Tcg]);
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
    public static MachineContender StartOurs(GuestImage image, RaceOptions options, ITranslationObserver? observer = null) =>
        Prepare(new MachineContender(image, options.Engine, MemoryMebibytes, observer));

    public static Lap Run(IContender contender, string row)
    {
        contender.Write($"{row}\n");
        Moment start = contender.ReadTo("BEGIN\n").Moment;
        Moment end = contender.ReadTo("END ").Moment;
        string code = contender.ReadTo("\n").Before;
        string checksum = contender.ReadTo("\n").Before;
        if (code != "0") throw new InvalidOperationException($"{row} fails in {contender.Name}: {code}.");
        return new Lap(end - start, checksum);
    }

    private static IContender Start(string name, GuestImage image, RaceOptions options) => name == Ours
        ? StartOurs(image, options)
        : Prepare(Qemu.Start(image, countsInstructions: name == Icount, options.QemuModel, MemoryMebibytes));

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
        Console.WriteLine("How many times faster ours is, on the wall and (by processor time): more is better.");
        Console.WriteLine($"{"workload",-20}{"ours s",RaceTable.Width}{"MIPS",7}"
            + RaceTable.Heading(others.SelectMany(other => (string[])[$"{other} s", $"{other}/ours"])));
        List<Race> races = [];
        foreach (string row in rows)
        {
            Race race = Race.Run([.. contenders.Keys], rounds, name => Run(contenders[name], row));
            races.Add(race);
            Console.WriteLine($"{row,-20}{RaceTable.Seconds(race, Ours)}{RaceTable.Speed(race)}"
                + string.Concat(others.Select(other => RaceTable.Seconds(race, other) + RaceTable.Ratio([race], other, Ours))));
        }

        Console.WriteLine($"{"geometric mean",-43}"
            + string.Concat(others.Select(other => new string(' ', RaceTable.Width) + RaceTable.Ratio(races, other, Ours))));
    }
}
