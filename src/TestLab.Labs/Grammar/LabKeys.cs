using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>The keys at the top of a lab file.</summary>
internal static class LabKeys
{
    public const string LabName = "lab";
    public const string VariablesName = "variables";
    public const string MatrixName = "matrix";
    public const string IncludeName = "include";
    public const string ExcludeName = "exclude";
    public const string ResultsName = "results";
    public const string DefaultsName = "defaults";
    public const string TemplatesName = "templates";
    public const string ProfilesName = "profiles";
    public const string MachinesName = "machines";
    public const string NetworksName = "networks";
    public const string StepsName = "steps";

    public const string VariablePattern = "[a-z][a-z0-9_]*";

    /// <summary>2026-01-01T00:00:00Z.</summary>
    private const long DefaultEpochUnixSeconds = 1_767_225_600;

    private const long DefaultCaptureBytes = 65_535;

    private static readonly Key<string> Lab = new(LabName, Scalars.Name, "The lab's name.") { IsRequired = true };

    private static readonly Key<long> Seed = new("seed", Scalars.Integer("a number", 0, long.MaxValue), "Decides all that is random; 0 by default.");

    private static readonly Key<TimeMode> Time = new("time", Scalars.Word("a kind of time", ("virtual", TimeMode.Virtual), ("real", TimeMode.Real)),
        "virtual, the default: as fast as can be; real: not faster than the clock on the wall.");

    private static readonly Key<long> Epoch = new("epoch", Scalars.Epoch, "What the machines' clocks show at the start; 2026-01-01T00:00:00Z by default.");

    private static readonly Key<MachineSyntax> Defaults = new(DefaultsName, MachineKeys.Defaults, "What every machine has that does not say otherwise.");

    private static readonly Key<IReadOnlyList<NamedValue<MachineSyntax>>> Templates = new(TemplatesName,
        new MapShape<MachineSyntax>(Scalars.NameNoun, Scalars.NamePattern, MachineKeys.Template), "Named parts of machines, for use.");

    private static readonly Key<IReadOnlyList<NamedValue<string>>> Variables = new(VariablesName,
        new MapShape<string>("the name of a variable", VariablePattern, new AnyScalarShape()), "Values for ${name}.");

    private static readonly Key<IReadOnlyList<NamedValue<LinkSettings>>> Profiles = new(ProfilesName,
        new MapShape<LinkSettings>("the name of a profile", @"[a-z0-9]([a-z0-9.@_-]*[a-z0-9])?", LinkKeys.Link), "Named figures of links.");

    private static readonly Key<IReadOnlyList<NamedValue<NetworkSyntax>>> Networks = new(NetworksName,
        new MapShape<NetworkSyntax>(Scalars.NameNoun, Scalars.NamePattern, NetworkKeys.Network), "The networks.");

    private static readonly Key<IReadOnlyList<NamedValue<MachineSyntax>>> Machines = new(MachinesName,
        new MapShape<MachineSyntax>(Scalars.NameNoun, Scalars.NamePattern, MachineKeys.Machine), "The machines.")
    { IsRequired = true };

    private static readonly Key<IReadOnlyList<StepSyntax>> Steps = new(StepsName, new ListShape<StepSyntax>(StepKeys.Step, isOneAllowed: false),
        "The test, step by step.");

    private static readonly Key<IReadOnlyList<FailureAction>> OnFailure = new("on_failure", new ListShape<FailureAction>(
        Scalars.Word("something to do after a failure", ("shelve", FailureAction.Shelve), ("capture", FailureAction.Capture),
            ("console", FailureAction.Console)), isOneAllowed: true), "What to keep when it fails: console by default.");

    private static readonly Key<string> Network = new("network", Scalars.Reference("network", names => names.Networks), "All frames of a network.");
    private static readonly Key<IReadOnlyList<string>> Link = new("link", new NamesShape("link", names => names.Links), "All frames of a link.");
    private static readonly Key<string> File = new("file", Scalars.ResultPath, "The file among the results.");
    private static readonly Key<long> Bytes = new("bytes", Scalars.Quantity(Words.Unit.Size, 64, DefaultCaptureBytes), "How much of each frame; all by default.");

    private static readonly Key<long> Limit = new("limit", Scalars.Bytes, "How large the file may become; 1GiB by default. Later frames are left out.");

    private static readonly Key<IReadOnlyList<CapturePlan>> Captures = new("captures", new ListShape<CapturePlan>(new EitherShape<CapturePlan>(
        "the name of a network, or a map",
        new ConvertedShape<string, CapturePlan>(Scalars.Reference("network", names => names.Networks), (name, _, _) =>
            new() { Network = name, File = $"{name}.pcapng", BytesMax = DefaultCaptureBytes }),
        new RecordShape<CapturePlan>("capture", "a capture", [Network, Link, File, Bytes, Limit], BuildCapture)), isOneAllowed: true),
        "What to record as pcapng files.");

    private static readonly Key<Node> Matrix = new(MatrixName, new MatrixShape(),
        "Variables with several values each: the lab runs for each combination.");

    private static readonly Key<string> Junit = new("junit", Scalars.ResultPath, "A JUnit file.");
    private static readonly Key<string> Html = new("html", Scalars.ResultPath, "A report to read.");
    private static readonly Key<string> Json = new("json", Scalars.ResultPath, "A report for programs.");

    private static readonly Key<ResultFiles> Results = new(ResultsName, new RecordShape<ResultFiles>("results", "results", [Junit, Html, Json],
        (fields, _) => new()
        {
            Junit = fields.TryGet(Junit, out string? junit) ? junit : null,
            Html = fields.TryGet(Html, out string? html) ? html : null,
            Json = fields.TryGet(Json, out string? json) ? json : null,
        }), "Files to write.");

    public static RecordShape<LabSyntax> Shape { get; } = new("lab", "a lab file",
    [
        Lab, Seed, Time, Epoch, Variables, Defaults, Templates, Profiles, Networks, Machines, Steps, OnFailure, Captures, Matrix, Results,
    ], (fields, _) => new()
    {
        Mark = fields.Mark,
        HasMachines = fields.Has(Machines),
        Name = fields.Get(Lab, "lab"),
        Seed = (ulong)fields.Get(Seed, 0),
        Time = fields.Get(Time, TimeMode.Virtual),
        EpochUnixSeconds = fields.Get(Epoch, DefaultEpochUnixSeconds),
        Profiles = fields.Get(Profiles, []),
        Networks = fields.Get(Networks, []),
        Steps = fields.Get(Steps, []),
        Captures = fields.Get(Captures, []),
        CapturesMark = fields.MarkOf(Captures),
        OnFailure = fields.Get(OnFailure, [FailureAction.Console]),
        Results = fields.Get(Results, new()),
    });

    private static CapturePlan BuildCapture(Fields fields, Reading reading)
    {
        if (fields.Has(Network) == fields.Has(Link)) reading.Add(fields.Mark, "a capture has exactly one of the keys network and link");
        string? network = fields.TryGet(Network, out string? name) ? name : null;
        IReadOnlyList<string> links = fields.Get(Link, []);
        if (links.Count > 1) reading.Add(fields.MarkOf(Link), $"a capture is of one link, not of {links.Count}");
        string? link = links.Count > 0 ? links[0] : null;
        return new()
        {
            Network = network,
            Link = link,
            File = fields.Get(File, $"{network ?? link}.pcapng"),
            BytesMax = (ulong)fields.Get(Bytes, DefaultCaptureBytes),
            LimitBytes = (ulong)fields.Get(Limit, (long)CapturePlan.DefaultLimitBytes),
        };
    }
}
