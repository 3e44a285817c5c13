using TestLab.Benchmarks.Races;
using static TestLab.Benchmarks.Races.ContenderNames;

namespace TestLab.Benchmarks.Boots;

/// <summary>
/// Boots to a shell or a login prompt, beside qemu's translator on the same files: in this process, which is warm after
/// the first, and in a new process of this program ("cold"), as a user starts it.
/// </summary>
internal static class BootBenchmark
{

    private static readonly string[] Others = [Cold, Tcg, Icount];
    private static readonly string[] Images = ["tiny:11", "tiny:12", "tiny:13", "tiny:12-i386", "debian:13"];

    public static async Task RunAsync(RaceOptions options)
    {
        string[] others = options.Opponents(Others, [Cold, Tcg]);
        Console.WriteLine("Seconds on the wall and (of processor time); ours as a multiple of the others': less is better.");
        Console.WriteLine($"{"image",-14}{"Minstr",8}{"MIPS",7}{"ours s",RaceTable.Width}"
            + RaceTable.Heading(others.SelectMany(other => (string[])[$"{other} s", $"ours/{other}"]))
            + $"{"entries",12}{"alone",11}{"misses",12}{"save ms",9}{"restore ms",12}{"MiB",7}");
        foreach (string name in options.Rows.Count != 0 ? options.Rows : Images)
        {
            BootTarget target = await BootTarget.OfAsync(name).ConfigureAwait(false);
            BootDetails? details = null;
            Race race = Race.Run([Ours, .. others], options.Pairs, contender =>
            {
                using IContender booting = Start(contender, name, target, options);
                Moment ready = booting.ReadTo(target.Ready).Moment;
                if (booting is MachineContender ours)
                    details ??= BootDetails.Of(ours, () => new MachineContender(target.Image));
                return new Lap(ready - booting.Started, target.Ready);
            });
            Console.WriteLine(Row(name, race, others) + details);
        }
    }

    /// <summary>What the cold contender is: one boot in this process.</summary>
    public static async Task RunOnceAsync(RaceOptions options)
    {
        BootTarget target = await BootTarget.OfAsync(options.Rows[0]).ConfigureAwait(false);
        using var machine = new MachineContender(target.Image, options.Engine);
        machine.ReadTo(target.Ready);
        Console.WriteLine(target.Ready);
    }

    private static IContender Start(string contender, string image, BootTarget target, RaceOptions options) => contender switch
    {
        Ours => new MachineContender(target.Image, options.Engine),
        Cold => OwnProgram.Start(Cold, ["boot", image, .. options.EngineArguments]),
        _ => Qemu.Start(target.Image, countsInstructions: contender == Icount, options.QemuModel),
    };

    private static string Row(string name, Race race, string[] others) =>
        $"{name,-14}{race.Median(Ours, cost => cost.Instructions / 1e6),8:F0}{RaceTable.Speed(race)}"
        + RaceTable.Seconds(race, Ours) + string.Concat(others.Select(other => RaceTable.Seconds(race, other) + RaceTable.Ratio([race], Ours, other)));
}
