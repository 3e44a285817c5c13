using TestLab.Benchmarks.Races;
using TestLab.Images;
using static TestLab.Benchmarks.Races.ContenderNames;

namespace TestLab.Benchmarks.Kernels;

/// <summary>
/// Computation in a user process under a stock kernel: ours beside the host itself and qemu's translator, all with the
/// same program, all watched from outside at their consoles.
/// </summary>
internal static class KernelBenchmark
{
    private const string Image = "tiny:13";
    private static readonly string[] Others = [Native, Tcg, Icount];

    public static async Task RunAsync(RaceOptions options)
    {
        IReadOnlyList<Kernel> kernels = options.Choose(Kernel.All, kernel => kernel.Name);
        string program = KernelProgram.Build();
        GuestImage image = await new ImageBuilder(new ImageCatalog()).BuildAsync(ImageRecipe.For(new ImageSpecification
        {
            Base = ImageName.Parse(Image),
            Files = [new ImageFileSource(program, KernelProgram.GuestPath)],
        })).ConfigureAwait(false);
        string[] others = options.Opponents(Others, Others);
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
            Native => new ProcessContender(name, program, []),
            _ => Qemu.Start(image, countsInstructions: name == Icount, options.QemuModel),
        };
        if (name != Native)
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
        // How slow the others are, for who wants to know what is easy for whom.
        string[] slower = others.Contains(Native) ? others[1..] : [];
        Console.WriteLine("Ours as a multiple of the others' time, on the wall and (of the processor): less is better.");
        Console.WriteLine($"{"kernel",-22}{"ours s",RaceTable.Width}{"MIPS",7}{RaceTable.Heading(others)}"
            + RaceTable.Heading(slower.Select(other => $"{other}/{Native}")));
        Dictionary<Kernel, Race> races = [];
        foreach (Kernel kernel in kernels)
        {
            Kernel warming = kernel with { Repetitions = kernel.Repetitions / 20 };
            foreach (IContender contender in contenders.Values) Run(contender, warming);
            Race race = races[kernel] = Race.Run([.. contenders.Keys], rounds, name => Run(contenders[name], kernel));
            Console.WriteLine($"{kernel.Name,-22}{RaceTable.Seconds(race, Ours)}{RaceTable.Speed(race)}{Figures([race])}");
        }

        foreach (IGrouping<KernelKind, Kernel> kind in kernels.GroupBy(kernel => kernel.Kind))
            Console.WriteLine($"{$"mean of {kind.Count()}, {kind.Key}",-45}{Figures([.. kind.Select(kernel => races[kernel])])}");

        string Figures(IReadOnlyList<Race> some) => string.Concat(
        [
            .. others.Select(other => RaceTable.Ratio(some, Ours, other)),
            .. slower.Select(other => RaceTable.Ratio(some, other, Native)),
        ]);
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
}
