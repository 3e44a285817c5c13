using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A machine, and the fragments of machines in defaults and templates.</summary>
internal static class MachineKeys
{
    public const string UseName = "use";
    public const string CountName = "count";
    public const string StartName = "start";
    public const string GroupName = "group";
    public const string NetworksName = "networks";
    public const string ImageName = "image";
    public const string ReadyName = "ready";

    /// <summary>In one lab, counted ones each.</summary>
    public const int MachinesMax = 256;

    public const long DefaultInstructionsPerSecond = 1_000_000_000;
    public const long DefaultStopNanoseconds = 10_000_000_000;

    private const long MemoryMin = 16L << 20;
    private const long MemoryMax = 64L << 30;
    private const string DefaultProcessor = "x86-64-v2";

    private static readonly string[] Processors = [DefaultProcessor, "pentium3"];

    private static readonly Key<IReadOnlyList<string>> Use = new(UseName, new ListShape<string>(
        Scalars.Reference("template", names => names.Templates), isOneAllowed: true),
        "Templates whose keys this one takes over; later ones win, its own most of all.");

    private static readonly Key<long> Count = new(CountName, Scalars.Integer("a number of machines", 1, MachinesMax),
        "So many of them: peer-1, peer-2, ...; ${index} is the number.");

    private static readonly Key<ImageSyntax> Image = new(ImageName, ImageKeys.Image, "What it boots.");

    private static readonly Key<long> Memory = new("memory", Scalars.Quantity(Unit.Size, MemoryMin, MemoryMax), "RAM; by its image otherwise.");

    private static readonly Key<long> Speed = new("speed", Scalars.Quantity(Unit.Speed, 1_000_000, 100_000_000_000),
        "Instructions a second of guest time; 1000MIPS by default.");

    private static readonly Key<string> Cpu = new("cpu", Scalars.Word("a CPU model", [.. Processors.Select(name => (name, name))]),
        "The CPU model; x86-64-v2 by default.");

    private static readonly Key<IReadOnlyList<NamedValue<IReadOnlyList<CardSyntax>>>> Networks = new(NetworksName,
        new MapShape<IReadOnlyList<CardSyntax>>(Scalars.NameNoun, Scalars.NamePattern, CardKeys.Cards), "Its network cards, by network.");

    private static readonly Key<bool> Router = new("router", Scalars.Flag, "true: it passes packets on between its networks.");

    private static readonly Key<IReadOnlyList<FilePlan>> Files = new("files", FileShapes.Files, "Files that it gets after the boot.");

    private static readonly Key<IReadOnlyList<EnvironmentVariable>> Env = new("env", StepShapes.Environment, "Variables of its commands.");

    private static readonly Key<IReadOnlyList<string>> Run = new("run", new ListShape<string>(Scalars.Command, isOneAllowed: true),
        "What it runs after the boot.");

    private static readonly Key<IReadOnlyList<AfterSyntax>> After = new("after", new ListShape<AfterSyntax>(new ScalarShape<AfterSyntax>(
        "a machine or group, with .ready or .started", $@"{Scalars.NamePattern}(\.(ready|started))?", ParseAfter), isOneAllowed: true),
        "What it waits for: server.ready, server.started, a group.");

    private static readonly Key<long> Delay = new("delay", Scalars.Duration, "How much later.");

    private static readonly Key<string> Group = new(GroupName, Scalars.Name, "A name for several machines, to wait for or run steps on.");

    private static readonly Key<StartSyntax> Start = new(StartName, new RecordShape<StartSyntax>("start", "a start",
        [Run, After, Delay, Group], (fields, _) => new()
        {
            Commands = fields.Get(Run, []),
            After = fields.Get(After, []),
            DelayNanoseconds = fields.Get(Delay, 0),
            Group = fields.TryGet(Group, out string? group) ? group : null,
        }), "When it is switched on, and what it runs.");

    private static readonly Key<Readiness> Ready = new(ReadyName, ConditionKeys.Readiness, "When others can count on it.");

    private static readonly Key<long> Within = new("within", Scalars.PositiveDuration, "How long that may take; 10s by default.");

    private static readonly Key<StopPlan> Stop = new("stop", new RecordShape<StopPlan>("stop", "a stop", [Run, Within], (fields, _) => new()
    {
        Commands = fields.Get(Run, []),
        WithinNanoseconds = fields.Get(Within, DefaultStopNanoseconds),
    }), "What it runs before it is switched off.");

    private static readonly Key[] Fragment =
        [Image, ImageKeys.Init, Memory, Speed, Cpu, Networks, Router, Files, Env, Start, Ready, Stop];

    public static Shape<MachineSyntax> Machine { get; } =
        new RecordShape<MachineSyntax>("machine", "a machine", [Use, Count, .. Fragment], Build);

    public static Shape<MachineSyntax> Template { get; } =
        new RecordShape<MachineSyntax>("template", "a template", [Count, .. Fragment], Build);

    public static Shape<MachineSyntax> Defaults { get; } =
        new RecordShape<MachineSyntax>("defaults", "defaults", Fragment, Build);

    private static MachineSyntax Build(Fields fields, Reading reading) => new()
    {
        Mark = fields.Mark,
        Image = fields.TryGet(Image, out ImageSyntax? image) ? image : null,
        HasImage = fields.Has(Image) || (fields.Has(Use) && fields.Get(Use, []).Count == 0),
        Init = fields.TryGet(ImageKeys.Init, out InitSystem init) ? init : null,
        MemoryBytes = fields.TryGet(Memory, out long memory) ? memory : null,
        MemoryMark = fields.MarkOf(Memory),
        InstructionsPerSecond = fields.Get(Speed, DefaultInstructionsPerSecond),
        Processor = fields.Get(Cpu, DefaultProcessor),
        Networks = fields.Get(Networks, []),
        IsRouter = fields.Get(Router, false),
        RouterMark = fields.MarkOfKey(Router),
        Files = fields.Get(Files, []),
        Environment = fields.Get(Env, []),
        Start = fields.Get(Start, StartSyntax.AtOnce),
        Ready = fields.Get(Ready, ConditionKeys.Default),
        Stop = fields.Get(Stop, new() { Commands = [], WithinNanoseconds = DefaultStopNanoseconds }),
    };

    private static Parsed<AfterSyntax> ParseAfter(ScalarNode node, Reading reading)
    {
        int dot = node.Text.LastIndexOf('.');
        (string name, string moment) = dot < 0 ? (node.Text, "ready") : (node.Text[..dot], node.Text[(dot + 1)..]);
        LaunchMoment? when = moment switch
        {
            "ready" => LaunchMoment.Ready,
            "started" => LaunchMoment.Started,
            _ => null,
        };
        if (when is null) return new WrongText($"{Quote.Of(moment)} is no moment of a machine; {Quote.Remedy(moment, ["ready", "started"])}");
        return reading.Names.Machines.TryGetValue(name, out IReadOnlyList<string>? machines)
            ? new AfterSyntax(node.Mark, machines, when.Value)
            : new WrongText($"there is no machine or group {Quote.Of(name)}; {Quote.Remedy(name, [.. reading.Names.Machines.Keys])}");
    }
}
