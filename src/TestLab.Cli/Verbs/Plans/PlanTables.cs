using TestLab.Cli.Hosting;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs.Plans;

/// <summary>A plan as tables.</summary>
internal static class PlanTables
{
    /// <summary>One line.</summary>
    public static string Summary(LabPlan lab)
    {
        CellPlan first = lab.Cells[0];
        string cells = lab.Cells.Count > 1 ? $", {lab.Cells.Count} cells" : "";
        return $"{lab.Name}: {Count(first.Machines.Count, "machine")}, {Count(first.Networks.Count, "network")}, "
            + $"{Count(first.Steps.Count, "step")}{cells}";
    }

    public static void WriteCells(TextWriter output, LabPlan lab)
    {
        Table.Write(output,
            ["CELL", .. lab.Matrix.Select(variable => variable.Name.ToUpperInvariant()), "MACHINES", "MEMORY", "HASH"],
            lab.Cells.Select((cell, index) => (string[])
            [
                $"{index + 1}", .. cell.Variables.Select(variable => variable.Value), $"{cell.Machines.Count}",
                Unit.Size.Approximate((long)cell.MemoryBytes), CanonicalForm.Hash(cell)[..12],
            ]));
        WriteClaims(output, lab);
    }

    public static void Write(TextWriter output, LabPlan lab)
    {
        foreach (CellPlan cell in lab.Cells)
        {
            if (cell != lab.Cells[0]) output.WriteLine();
            Write(output, cell);
        }
        WriteClaims(output, lab);
    }

    /// <summary>What several cells want of the host, so that they wait for one another.</summary>
    private static void WriteClaims(TextWriter output, LabPlan lab)
    {
        string[] shared =
        [
            .. lab.Cells.SelectMany(cell => cell.HostClaims).CountBy(claim => claim).Where(claim => claim.Value > 1)
                .Select(claim => claim.Key).Order(StringComparer.Ordinal),
        ];
        if (shared.Length == 0) return;
        output.WriteLine();
        output.WriteLine($"cells that share {string.Join(" or ", shared)} of the host run one after another");
    }

    private static void Write(TextWriter output, CellPlan cell)
    {
        string name = cell.Name.Length > 0 ? $" ({cell.Name})" : "";
        output.WriteLine($"{cell.Lab}{name}  seed {cell.Seed}  {cell.Time.ToString().ToLowerInvariant()} time  "
            + $"memory {Unit.Size.Approximate((long)cell.MemoryBytes)}  hash {CanonicalForm.Hash(cell)[..12]}");
        output.WriteLine();
        Table.Write(output, ["MACHINE", "IMAGE", "MEMORY", "SPEED", "CPU", "CARDS"], cell.Machines.Select(machine => (string[])
        [
            machine.Name, ImageOf(machine.Image), Unit.Size.Format((long)machine.MemoryBytes),
            Unit.Speed.Format((long)machine.InstructionsPerSecond), machine.Processor,
            machine.Cards.Count == 0 ? "-" : string.Join(", ", machine.Cards.Select(card => $"{card.Network} {card.Address}")),
        ]));
        if (cell.Networks.Count > 0)
        {
            output.WriteLine();
            Table.Write(output, ["NETWORK", "TYPE", "SUBNET", "MTU", "DHCP", "DNS"], cell.Networks.Select(network => (string[])
            [
                network.Name, network.Kind.ToString().ToLowerInvariant(), network.Subnet.ToString(), $"{network.MtuBytes}",
                network.Dhcp is { } dhcp ? $"{dhcp.First} to {dhcp.Last}" : "-",
                !network.Dns.IsServed ? "-" : network.Dns.Names.Count == 0 ? "machines" : $"machines, {network.Dns.Names.Count} more",
            ]));
        }
        if (cell.Networks.Any(network => network.Forwards.Count > 0))
        {
            output.WriteLine();
            Table.Write(output, ["WAY IN", "TO", "NETWORK"], cell.Networks.SelectMany(network => network.Forwards.Select(forward => (string[])
            [
                $"{forward.HostAddress}:{forward.HostPort}{(forward.IsUdp ? "/udp" : "")}", $"{forward.Machine}:{forward.GuestPort}", network.Name,
            ])));
        }
        if (cell.Links.Count > 0)
        {
            output.WriteLine();
            Table.Write(output, ["LINK", "", "RATE", "DELAY", "LOSS", "QUEUE", "LOOKAHEAD", "TCP", "PROFILE"],
                cell.Links.SelectMany(link => LinkRows(link, cell.Networks.First(network => network.Name == link.Network).MtuBytes)));
        }
        output.WriteLine();
        Table.Write(output, ["WAVE", "MACHINES"], cell.Launch.Select((wave, index) => (string[])[$"{index + 1}", string.Join(", ", wave.Machines)]));
        if (cell.Steps.Count == 0) return;
        output.WriteLine();
        Table.Write(output, ["STEP", "NAME", "WHERE", "WHAT", "TIMEOUT"], cell.Steps.Select(step => (string[])
        [
            $"{step.Number}", step.Name, step.Machines.Count > 4 ? $"{step.Machines.Count} machines"
                : step.Machines.Count == 0 ? "-" : string.Join(", ", step.Machines),
            StepWords.Of(step), Unit.Duration.Approximate(step.TimeoutNanoseconds),
        ]));
    }

    private static IEnumerable<string[]> LinkRows(LinkPlan link, int mtu)
    {
        yield return LinkRow(link.Name, "down", link.Down, LinkForecast.Of(link.Down, link.Up, mtu), link.Profile ?? "-");
        yield return LinkRow("", "up", link.Up, LinkForecast.Of(link.Up, link.Down, mtu), link.IsPlugged ? "" : "unplugged");
    }

    private static string[] LinkRow(string name, string direction, LinkModel link, LinkForecast forecast, string profile) =>
    [
        name, direction,
        link.Trace ?? (link.RateBitsPerSecond == 0 ? "unlimited" : Unit.Rate.Approximate((long)link.RateBitsPerSecond)),
        Unit.Duration.Approximate(link.DelayNanoseconds) + (link.Jitter is { } jitter ? $" +-{Unit.Duration.Approximate(jitter.Nanoseconds)}" : ""),
        LossOf(link.Loss), QueueOf(link.Queue), Unit.Duration.Approximate(forecast.LookaheadNanoseconds),
        forecast.TcpBitsPerSecond == 0 ? "-" : Unit.Rate.Approximate((long)Math.Min(forecast.TcpBitsPerSecond, long.MaxValue)),
        profile,
    ];

    private static string LossOf(LossModel? loss) => loss switch
    {
        null => "-",
        RandomLoss random => random.Chance.ToString(),
        GilbertLoss gilbert => $"bursts {gilbert.P}/{gilbert.R}",
        MarkovLoss => "bursts",
        WindowLoss window => $"{Unit.Duration.Approximate(window.ForNanoseconds)} each {Unit.Duration.Approximate(window.EveryNanoseconds)}",
        EveryNthLoss every => $"each {every.Count}th",
        _ => "by schedule",
    };

    private static string QueueOf(QueueModel? queue) => queue switch
    {
        null => "default",
        { Discipline: not QueueDiscipline.DropTail } => queue.Discipline.ToString().ToLowerInvariant(),
        { LimitNanoseconds: > 0 } => Unit.Duration.Approximate(queue.LimitNanoseconds),
        { LimitBytes: > 0 } => Unit.Size.Approximate((long)queue.LimitBytes),
        { LimitPackets: > 0 } => $"{queue.LimitPackets}packets",
        _ => "default",
    };

    private static string ImageOf(ImagePlan image) => image switch
    {
        RecipeImage recipe => recipe.Base + (recipe.Packages.Count > 0 ? $" + {string.Join(' ', recipe.Packages)}" : "")
            + (recipe.Init == InitSystem.Systemd ? " (systemd)" : ""),
        KernelImage kernel => kernel.Kernel,
        ArchiveImage archive => archive.Archive,
        ImportedImage imported => imported.Name,
        _ => "-",
    };

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
