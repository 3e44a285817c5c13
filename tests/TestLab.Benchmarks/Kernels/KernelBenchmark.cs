using TestLab.Benchmarks.Races;
using TestLab.Images;

namespace TestLab.Benchmarks.Kernels;

/// <summary>
/// Computation in a user process under a stock kernel: ours beside the host itself and qemu's translator, all with the
/// same program, all watched from outside at their consoles.
/// </summary>
internal static class KernelBenchmark
{
    private const string Ours = "ours";
    private const string Image = "tiny:13";
    private static readonly string[] Others = ["native", "tcg", "icount"];

    public static async Task RunAsync(RaceOptions options)
    {
        IReadOnlyList<Kernel> kernels = options.Choose(Kernel.All, kernel => kernel.Name);
        string program = KernelProgram.Build();
        GuestImage image = await new ImageBuilder(new ImageCatalog()).BuildAsync(ImageRecipe.For(new ImageSpecification
        {
            Base = ImageName.Parse(Image),
            Files = [new ImageFileSource(program, KernelProgram.GuestPath)],
        })).ConfigureAwait(false);
        string[] others = [.. Others.Where(name => options.Against?.Contains(name) ?? name == "native" || Qemu.IsInstalled)];
        Dictionary<string, IContender> contenders = [];
        try
        {
            foreach (string name in (string[])[Ours, .. others]) contenders.Add(name, Start(name, program, image, options));
            Compare(kernels, contenders, others, options.Pairs);
        }
        finally
        {
            foreach (IContender contender in contenders.Values) contender.Dispose();
        }
    }

    private static IContender Start(string name, string program, GuestImage image, RaceOptions options)
    {
        IContender contender = name switch
        {
            Ours => new MachineContender(image, options.Engine),
            "native" => new ProcessContender(name, program, []),
            _ => Qemu.Start(image, countsInstructions: name == "icount", options.QemuModel),
        };
        if (name != "native")
        {
            contender.ReadTo("testlab: ready");
            contender.Write($"{KernelProgram.GuestPath}\n");
        }

        contender.ReadTo("KERNELS");
        return contender;
    }

    private static void Compare(
        IReadOnlyList<Kernel> kernels, Dictionary<string, IContender> contenders, string[] others, int rounds)
    {
        Console.WriteLine("Ours as a multiple of the others' time: on the wall, and (of processor time). Less is better.");
        Console.WriteLine($"{"kernel",-12}{"ours s",15}{"MIPS",7}{string.Concat(others.Select(name => $"{name,17}"))}"
            + $"{(others.Contains("native") ? string.Concat(others[1..].Select(name => $"{name + "/native",15}")) : "")}");
        Dictionary<Kernel, Race> races = [];
        foreach (Kernel kernel in kernels)
        {
            foreach (IContender contender in contenders.Values) Run(contender, kernel with { Repetitions = kernel.Repetitions / 20 });
            Race race = races[kernel] = Race.Run([.. contenders.Keys], rounds, name => Run(contenders[name], kernel));
            double wall = race.Median(Ours, cost => cost.Wall.TotalSeconds);
            double processor = race.Median(Ours, cost => cost.Processor.TotalSeconds);
            double speed = race.Median(Ours, cost => cost.Instructions / cost.Processor.TotalSeconds / 1e6);
            Console.WriteLine($"{kernel.Name,-12}{wall,6:F3} {$"({processor:F3})",8}{speed,7:F0}{Figures([race], others)}");
        }

        foreach (IGrouping<KernelKind, Kernel> kind in kernels.GroupBy(kernel => kernel.Kind))
            Console.WriteLine($"{$"{kind.Key} ({kind.Count()}), mean",-34}{Figures([.. kind.Select(kernel => races[kernel])], others)}");
        if (races.Count > 1) Console.WriteLine($"{$"all ({races.Count}), mean",-34}{Figures([.. races.Values], others)}");
    }

    private static string Figures(IReadOnlyList<Race> races, string[] others)
    {
        IEnumerable<string> ours = others.Select(other =>
            $"{Mean(race => race.Ratio(Ours, other, Wall)),8:F2} {$"({Mean(race => race.Ratio(Ours, other, Processor)):F2})",8}");
        IEnumerable<string> theirs = others.Contains("native")
            ? others[1..].Select(other => $"{Mean(race => race.Ratio(other, "native", Processor)),15:F2}") : [];
        return string.Concat([.. ours, .. theirs]);

        double Mean(Func<Race, double> figure) => Statistics.GeometricMean(races.Select(figure));
    }

    private static Lap Run(IContender contender, Kernel kernel)
    {
        contender.Write($"{kernel.Name} {kernel.Repetitions}\n");
        Moment start = contender.ReadTo("BEGIN").Moment;
        Moment end = contender.ReadTo("END ").Moment;
        string checksum = contender.ReadTo(" ").Before;
        contender.ReadTo("\n");
        return new Lap(end - start, checksum);
    }

    private static TimeSpan Wall(Moment cost) => cost.Wall;

    private static TimeSpan Processor(Moment cost) => cost.Processor;
}
