using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>Parts of steps that stand elsewhere too.</summary>
internal static class StepShapes
{
    private const string Any = "any";

    private static readonly Key<IReadOnlyList<int>> Exit = new("exit", new EitherShape<IReadOnlyList<int>>(
        "an exit code, a list of them, or any",
        new ScalarShape<IReadOnlyList<int>>("an exit code from 0 to 255, or any", "[0-9]{1,3}|any", (node, _) =>
            node.Text == Any ? Array.Empty<int>()
            : byte.TryParse(node.Text, out byte code) ? new int[] { code }
            : new WrongText($"{Quote.Of(node.Text)} is no exit code from 0 to 255, nor any")),
        null,
        new ConvertedShape<IReadOnlyList<long>, IReadOnlyList<int>>(
            new ListShape<long>(Scalars.Integer("an exit code", 0, 255), isOneAllowed: false),
            (codes, _, _) => [.. codes.Select(code => (int)code).Distinct().Order()])), "0 by default; any for whatever comes.");

    private static readonly Key<TextMatch> Stdout = new("stdout", TextShapes.Match, "What it writes: a text, a /pattern/, lines, or a map.");

    private static readonly Key<TextMatch> Stderr = new("stderr", TextShapes.Match, "What it complains of.");

    private static readonly Key<long> Within = new("within", Scalars.PositiveDuration, "How long it may have taken, in guest time.");

    public static Expectation NothingSpecial { get; } = new() { ExitCodes = [0] };

    public static Shape<Expectation> Expect { get; } = new RecordShape<Expectation>(
        "expect", "an expectation", [Exit, Stdout, Stderr, Within], (fields, _) => new()
        {
            ExitCodes = fields.Get(Exit, [0]),
            Stdout = fields.TryGet(Stdout, out TextMatch? stdout) ? stdout : null,
            Stderr = fields.TryGet(Stderr, out TextMatch? stderr) ? stderr : null,
            WithinNanoseconds = fields.TryGet(Within, out long within) ? within : null,
        });

    public static Shape<IReadOnlyList<EnvironmentVariable>> Environment { get; } =
        new ConvertedShape<IReadOnlyList<NamedValue<string>>, IReadOnlyList<EnvironmentVariable>>(
            new MapShape<string>("the name of a variable of the environment", "[A-Za-z_][A-Za-z0-9_]*", Scalars.Text),
            (values, _, _) => [.. values.Select(value => new EnvironmentVariable(value.Name, value.Value))]);
}
