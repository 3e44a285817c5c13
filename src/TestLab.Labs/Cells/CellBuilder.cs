using TestLab.Images;
using TestLab.Labs.Grammar;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Makes the plan of a cell of what was read, and checks what concerns several parts of the file.</summary>
/// <remarks>Of a file with problems it makes what it can, so that all problems are found; that plan is thrown away.</remarks>
internal sealed class CellBuilder(LabSyntax lab, ILinkProfiles profiles, ProblemList problems)
{
    private const int CardsMax = 8;
    private const ulong TinyBytes = 128UL << 20;
    private const ulong MinimalBytes = 256UL << 20;
    private const ulong SystemdBytes = 512UL << 20;

    public CellPlan Build(IReadOnlyList<CellVariable> variables, IReadOnlyList<(MachineInstance Instance, MachineSyntax Syntax)> machines)
    {
        IReadOnlyList<NetworkPlan> networks = new NetworkBuilder(lab.Time, problems).Build(lab.Networks);
        var linkBuilder = new LinkBuilder(lab.Profiles, profiles, problems);
        var cards = new CardBuilder(networks, problems);
        foreach ((MachineInstance instance, MachineSyntax syntax) in machines)
        {
            foreach ((string network, string link, CardSyntax card) in CardsOf(instance, syntax)) cards.Reserve(link, network, card);
        }
        var links = new List<LinkPlan>();
        var plans = new List<MachinePlan>();
        foreach ((MachineInstance instance, MachineSyntax syntax) in machines)
        {
            MachinePlan machine = Build(instance, syntax, cards);
            CheckCards(machine, instance, syntax, networks);
            plans.Add(machine);
            links.AddRange(LinksOf(instance, syntax, linkBuilder));
        }
        var forwards = new ForwardBuilder(plans, problems);
        networks = [.. networks.Zip(lab.Networks, (network, syntax) => forwards.Build(network, syntax.Value))];
        if (machines.Count == 0 && lab.HasMachines) problems.Add(lab.Mark, "a lab has at least one machine");
        return new()
        {
            Name = string.Join(',', variables.Select(variable => $"{variable.Name}={variable.Value}")),
            Lab = lab.Name,
            Variables = variables,
            Seed = lab.Seed,
            Time = lab.Time,
            EpochUnixSeconds = lab.EpochUnixSeconds,
            Networks = networks,
            Machines = plans,
            Links = links,
            Launch = new LaunchOrder([.. machines.Select(each => (each.Instance.Name, each.Syntax.Start))], problems).Build(),
            Steps = new StepBuilder(plans, links, linkBuilder, problems).Build(lab.Steps),
            Captures = CheckCaptures(),
            OnFailure = lab.OnFailure,
        };
    }

    private static IEnumerable<(string Network, string Link, CardSyntax Card)> CardsOf(MachineInstance instance, MachineSyntax syntax) =>
        from network in syntax.Networks
        from card in (network.Value.Count == 0 ? [new CardSyntax { Mark = network.Key.Mark }] : network.Value).Select((card, index) => (card, index))
        select (network.Name, NameReader.LinkName(instance.Name, network.Name, card.index), card.card);

    private MachinePlan Build(MachineInstance instance, MachineSyntax syntax, CardBuilder cards)
    {
        if (!syntax.HasImage) problems.Add(instance.Mark, $"the machine {instance.Name} has no image; write image: tiny, or put it into defaults");
        ImagePlan image = ImageOf(syntax);
        return new()
        {
            Name = instance.Name,
            Declaration = instance.Declaration,
            Index = instance.Index,
            Image = image,
            MemoryBytes = (ulong?)syntax.MemoryBytes ?? DefaultMemory(image),
            InstructionsPerSecond = (ulong)syntax.InstructionsPerSecond,
            Processor = syntax.Processor,
            Cards = [.. CardsOf(instance, syntax).Select(card => cards.Build(card.Link, card.Network, card.Card))],
            Files = syntax.Files,
            Environment = syntax.Environment,
            IsRouter = syntax.IsRouter,
            Start = new()
            {
                After = [.. syntax.Start.After.SelectMany(after => after.Machines.Select(name => new LaunchCondition(name, after.Moment))).Distinct()],
                DelayNanoseconds = syntax.Start.DelayNanoseconds,
                Commands = syntax.Start.Commands,
                Group = syntax.Start.Group,
            },
            Ready = syntax.Ready,
            Stop = syntax.Stop,
        };
    }

    private ImagePlan ImageOf(MachineSyntax syntax)
    {
        if (syntax.Image is not { } image) return new RecipeImage { Base = "", Packages = [], Files = [], Commands = [], Init = InitSystem.Minimal };
        InitSystem init = image.Init ?? syntax.Init ?? InitSystem.Minimal;
        bool isTiny = image.Plan is RecipeImage { Base: var name } && ImageName.TryParse(name, out ImageName? parsed) && parsed.Base == ImageBase.Tiny;
        if (isTiny && init == InitSystem.Systemd) problems.Add(image.Mark, "a tiny image has no systemd; write image: debian:13, or init: minimal");
        if (isTiny && image.Plan is RecipeImage { Packages.Count: > 0 })
        {
            problems.Add(image.Mark, "a tiny image has no packages; write base: debian:13");
        }
        if (image.Plan is ImportedImage { Init: { } fixedInit } imported && syntax.Init is { } wanted && wanted != fixedInit)
        {
            problems.Add(image.Mark, $"{imported.Name} was imported with the init {Word(fixedInit)}; "
                + $"import it again with --init {Word(wanted)}, or write init: {Word(fixedInit)}");
        }
        return image.Plan switch
        {
            RecipeImage recipe => recipe with { Init = init },
            ArchiveImage archive => archive with { Init = init },
            _ => image.Plan,
        };
    }

    private static string Word(InitSystem init) => init.ToString().ToLowerInvariant();

    private static ulong DefaultMemory(ImagePlan image) => image switch
    {
        ImportedImage imported => imported.MemoryBytes,
        RecipeImage recipe when recipe.Base.StartsWith("tiny", StringComparison.Ordinal) => TinyBytes,
        RecipeImage { Init: InitSystem.Minimal } => MinimalBytes,
        _ => SystemdBytes,
    };

    private IEnumerable<LinkPlan> LinksOf(MachineInstance instance, MachineSyntax syntax, LinkBuilder builder)
    {
        var slot = 0;
        foreach ((string network, string link, CardSyntax card) in CardsOf(instance, syntax))
        {
            LinkSettings settings = lab.Networks.FirstOrDefault(each => each.Name == network)?.Value.Link ?? LinkSettings.None;
            LinkProfile figures = builder.Build(settings, card.Link);
            yield return new()
            {
                Name = link,
                Machine = instance.Name,
                Card = slot++,
                Network = network,
                Profile = figures.Name.Length > 0 ? figures.Name : null,
                Down = figures.Down,
                Up = figures.Up,
                IsPlugged = card.IsPlugged && figures.IsPlugged,
            };
        }
    }

    private void CheckCards(MachinePlan machine, MachineInstance instance, MachineSyntax syntax, IReadOnlyList<NetworkPlan> networks)
    {
        string[] names = [.. networks.Select(network => network.Name)];
        foreach (NamedValue<IReadOnlyList<CardSyntax>> network in syntax.Networks.Where(each => !names.Contains(each.Name)))
        {
            problems.Add(network.Key.Mark, $"there is no network {Words.Quote.Of(network.Name)}; {Words.Quote.Remedy(network.Name, names)}");
        }
        if (machine.Cards.Count > CardsMax) problems.Add(instance.Mark, $"the machine {machine.Name} has {machine.Cards.Count} network cards; at most {CardsMax}");
        if (machine.IsRouter && machine.Cards.Count < 2) problems.Add(syntax.RouterMark, "a router has at least two network cards");
        NetworkPlan[] own = [.. syntax.Networks.Select(each => networks.FirstOrDefault(network => network.Name == each.Name)).OfType<NetworkPlan>()];
        for (var one = 0; one < own.Length; one++)
        {
            NetworkPlan? other = own.Take(one).FirstOrDefault(each => NetworkBuilder.Overlap(each.Subnet, own[one].Subnet));
            if (other is null) continue;
            problems.Add(syntax.Networks.First(each => each.Name == own[one].Name).Key.Mark,
                $"the subnet {own[one].Subnet} of {own[one].Name} overlaps {other.Subnet} of {other.Name}, and {machine.Name} is on both");
        }
    }

    private IReadOnlyList<CapturePlan> CheckCaptures()
    {
        foreach (IGrouping<string, CapturePlan> file in lab.Captures.GroupBy(capture => capture.File).Where(file => file.Count() > 1))
        {
            problems.Add(lab.CapturesMark, $"two captures go to the file {Words.Quote.Of(file.Key)}");
        }
        return lab.Captures;
    }
}
