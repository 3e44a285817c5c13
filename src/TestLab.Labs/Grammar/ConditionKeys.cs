using System.Globalization;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What is waited for in a machine.</summary>
internal static class ConditionKeys
{
    public const long DefaultWithinNanoseconds = 120_000_000_000;
    private const long DefaultEveryNanoseconds = 100_000_000;

    private static readonly Key<IReadOnlyList<PortCondition>> Port = new("port", new ListShape<PortCondition>(
        new ScalarShape<PortCondition>("a port like 80 or 53/udp", "[0-9]{1,5}(/(tcp|udp))?", (node, _) => ParsePort(node.Text)),
        isOneAllowed: true), "Something listens there: 80, 53/udp.");

    private static readonly Key<IReadOnlyList<string>> File = new("file", new ListShape<string>(Scalars.GuestPath, isOneAllowed: true),
        "The path exists.");

    private static readonly Key<IReadOnlyList<string>> Process = new("process", new ListShape<string>(Scalars.Line, isOneAllowed: true),
        "A process of that name runs.");

    private static readonly Key<IReadOnlyList<TextMatch>> Text = new("text", new ListShape<TextMatch>(TextShapes.Awaited, isOneAllowed: true),
        "The console has shown it: a text or a /pattern/.");

    private static readonly Key<IReadOnlyList<string>> Command = new("command", new ListShape<string>(Scalars.Command, isOneAllowed: true),
        "The command ends with 0.");

    private static readonly Key<long> Within = new("within", Scalars.PositiveDuration, "How long it may take, in guest time; 120s by default.");

    private static readonly Key<long> Every = new("every", Scalars.PositiveDuration, "How often to look, in guest time; 100ms by default.");

    private static readonly Key[] All = [Port, File, Process, Text, Command, Within, Every];

    public static Readiness Default { get; } = new()
    {
        Conditions = [],
        WithinNanoseconds = DefaultWithinNanoseconds,
        EveryNanoseconds = DefaultEveryNanoseconds,
    };

    public static Shape<Readiness> Readiness { get; } = new RecordShape<Readiness>("ready", "a condition", All, Build);

    private static Readiness Build(Fields fields, Reading reading)
    {
        Condition[] conditions =
        [
            .. fields.Get(File, []).Select(path => new FileCondition(path)),
            .. fields.Get(Process, []).Select(name => new ProcessCondition(name)),
            .. fields.Get(Port, []),
            .. fields.Get(Text, []).Select(text => new TextCondition(text)),
            .. fields.Get(Command, []).Select(command => new CommandCondition(command)),
        ];
        if (!new Key[] { Port, File, Process, Text, Command }.Any(fields.Has))
        {
            reading.Add(fields.Mark, "a condition has at least one of the keys port, file, process, text, command");
        }
        return new()
        {
            Conditions = conditions,
            WithinNanoseconds = fields.Get(Within, DefaultWithinNanoseconds),
            EveryNanoseconds = fields.Get(Every, DefaultEveryNanoseconds),
        };
    }

    private static Parsed<PortCondition> ParsePort(string text)
    {
        string[] parts = text.Split('/');
        bool isPort = parts.Length <= 2 && (parts.Length == 1 || parts[1] is "tcp" or "udp")
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65_536;
        return isPort
            ? new PortCondition(int.Parse(parts[0], CultureInfo.InvariantCulture), text.EndsWith("udp", StringComparison.Ordinal))
            : new WrongText($"{Quote.Of(text)} is no port; write it like 80 or 53/udp");
    }
}
