using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Counters;
using TestLab.Simulation.Execution;
using LinkDirection = TestLab.Networks.Links.LinkDirection;

namespace TestLab.Labs.Running;

/// <summary>Gathers what is to be told of a run once every process stands still.</summary>
internal sealed class ResultWriter(CellPlan cell, LabAssembly assembly)
{
    private const int TailLines = 40;

    public CellResult Write(RunOutcome outcome, IReadOnlyList<ResultFile> files)
    {
        Conductor conductor = assembly.Conductor;
        bool isOver = outcome.End == RunEnd.Stopped;
        return new CellResult
        {
            Name = cell.Name,
            Variables = cell.Variables.ToDictionary(variable => variable.Name, variable => variable.Value),
            Seed = cell.Seed,
            Verdict = isOver ? conductor.Verdict : outcome.End == RunEnd.Cancelled ? Verdict.Cancelled : Verdict.TimedOut,
            Failure = isOver ? conductor.Failure : outcome.End == RunEnd.Cancelled ? "the run was stopped" : "the lab did not end within a year",
            VirtualNanoseconds = outcome.Time.Nanoseconds,
            Networks = [.. cell.Networks.Select(Write)],
            Machines = [.. cell.Machines.Select(machine => Write(machine, files))],
            Steps = conductor.Steps,
            Links = [.. cell.Links.Select(Write)],
            Timeline = conductor.Timeline,
            Files = files,
        };
    }

    private static NetworkResult Write(NetworkPlan network) => new()
    {
        Name = network.Name,
        Kind = network.Kind switch
        {
            NetworkKind.HostOnly => "host-only",
            _ => network.Kind.ToString().ToLowerInvariant(),
        },
        Subnet = network.Subnet.ToString(),
    };

    private MachineResult Write(MachinePlan machine, IReadOnlyList<ResultFile> files)
    {
        Guest guest = assembly.Conductor.Guest(machine.Name);
        return new MachineResult
        {
            Name = machine.Name,
            Image = Describe(machine.Image),
            MemoryBytes = machine.MemoryBytes,
            State = guest.Stage.ToString().ToLowerInvariant(),
            StartedAtNanoseconds = guest.StartedAt?.Nanoseconds,
            ReadyAtNanoseconds = guest.ReadyAt?.Nanoseconds,
            StoppedAtNanoseconds = guest.StoppedAt?.Nanoseconds,
            Instructions = assembly.Machines[machine.Name].Machine.RetiredInstructions,
            Networks = [.. machine.Cards.Select(card => new MachineResult.MachineNetwork
            {
                Network = card.Network,
                Address = card.Address.ToString(),
                Link = card.Link,
            })],
            ConsoleFile = files.FirstOrDefault(file => file.Kind == "console" && file.Subject == machine.Name)?.Path,
            ConsoleTail = TailOf(guest.LastConsole),
        };
    }

    private static string Describe(ImagePlan image) => image switch
    {
        RecipeImage recipe => string.Join(" + ", recipe.Packages.Prepend(recipe.Base)),
        ArchiveImage archive => Path.GetFileName(archive.Archive),
        KernelImage kernel => Path.GetFileName(kernel.Kernel),
        ImportedImage imported => imported.Name,
        _ => throw new ArgumentOutOfRangeException(nameof(image), image, "There is no such image."),
    };

    private static string TailOf(string console) =>
        string.Join('\n', console.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').TakeLast(TailLines));

    private LinkResult Write(LinkPlan link) => new()
    {
        Name = link.Name,
        Machine = link.Machine,
        Network = link.Network,
        Down = Write(link, LinkWay.Down, link.Down),
        Up = Write(link, LinkWay.Up, link.Up),
    };

    private DirectionResult Write(LinkPlan link, LinkWay way, Links.LinkModel model)
    {
        LinkDirection direction = assembly.Direction(link.Name, way);
        LinkCounters counters = direction.Counters;
        return new DirectionResult
        {
            Settings = LinkWords.Describe(model),
            RateBitsPerSecond = model.RateBitsPerSecond,
            Frames = counters.FramesDelivered,
            Bytes = counters.BytesDelivered,
            Drops = Enum.GetValues<DropCause>().Where(cause => counters.Dropped(cause) > 0)
                .ToDictionary(cause => cause.ToString().ToLowerInvariant(), counters.Dropped),
            QueueMaximumBytes = (ulong)counters.QueueBytesMost,
            Samples = Samples(direction, assembly.Meter(link.Name, way).Delays),
        };
    }

    private static LinkSample[] Samples(LinkDirection direction, DelayCurve delays)
    {
        long step = direction.Utilisation.StepNanoseconds;
        ReadOnlySpan<UtilisationStep> steps = direction.Utilisation.Steps;
        var samples = new LinkSample[steps.Length];
        for (int index = 0; index < steps.Length; index++)
        {
            samples[index] = new LinkSample
            {
                StartNanoseconds = index * step,
                BitsPerSecond = steps[index].Bytes * 8e9 / step,
                DelayNanoseconds = delays.At(index * step),
                Drops = steps[index].Drops,
            };
        }

        return samples;
    }
}
