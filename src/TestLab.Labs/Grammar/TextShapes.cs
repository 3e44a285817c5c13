using System.Globalization;
using System.Text.RegularExpressions;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What a text must be like.</summary>
internal static class TextShapes
{
    private const string Noun = "a text, a /pattern/, a list of lines, or a map";

    private static readonly (string Sign, Comparison Comparison)[] Signs =
    [
        ("<=", Comparison.AtMost), (">=", Comparison.AtLeast), ("!=", Comparison.NotEqual),
        ("<", Comparison.Below), (">", Comparison.Above), ("=", Comparison.Equal),
    ];

    private static readonly LazyShape<TextMatch> Any = new("text", Noun, Whole);

    private static readonly Key<string> Equal = new("equals", Scalars.Text, "It is this text.");

    private static readonly Key<TextMatch> Matches = new("matches", new ScalarShape<TextMatch>("a regular expression", null,
        (node, _) => ParsePattern(node.Text, "")), "A regular expression matches somewhere.");

    private static readonly Key<IReadOnlyList<string>> Contains = new("contains", new ListShape<string>(Scalars.Text, isOneAllowed: true),
        "These texts are in it.");

    private static readonly Key<IReadOnlyList<string>> Lacks = new("lacks", new ListShape<string>(Scalars.Text, isOneAllowed: true),
        "These texts are not in it.");

    private static readonly Key<IReadOnlyList<TextMatch>> Lines = new("lines", new ListShape<TextMatch>(Any, isOneAllowed: false),
        "Its lines, one for one.");

    private static readonly Key<TextMatch> Number = new("number", new ScalarShape<TextMatch>(
        "a comparison like \">= 5\"", null, (node, _) => ParseNumber(node.Text)), "It is a number that compares so.");

    public static Shape<TextMatch> Match { get; } = new EitherShape<TextMatch>(
        Noun,
        new ScalarShape<TextMatch>(Noun, null, (node, _) => ParseText(node.Text)),
        new RecordShape<TextMatch>("texts", "an expected text", [Equal, Matches, Contains, Lacks, Lines, Number], Build),
        new ConvertedShape<IReadOnlyList<TextMatch>, TextMatch>(new ListShape<TextMatch>(Any, isOneAllowed: false),
            (lines, _, _) => new LineTexts(lines)));

    /// <summary>A text or pattern, on a console.</summary>
    public static Shape<TextMatch> Awaited { get; } = new ScalarShape<TextMatch>("a text or a /pattern/", null, (node, _) =>
        node.Text.Length == 0 ? new WrongText("the text is empty, and so is always there")
        : IsPattern(node.Text) ? ParseText(node.Text) : new ContainedText(node.Text));

    /// <summary>Splits "&lt;= 5" into its sign and the rest; no sign is "=".</summary>
    public static (Comparison Comparison, string Figure) SplitComparison(string text)
    {
        string trimmed = text.Trim();
        foreach ((string sign, Comparison comparison) in Signs)
        {
            if (trimmed.StartsWith(sign, StringComparison.Ordinal)) return (comparison, trimmed[sign.Length..].Trim());
        }
        return (Comparison.Equal, trimmed);
    }

    private static Shape<TextMatch> Whole() => Match;

    private static TextMatch Build(Fields fields, Reading reading)
    {
        var all = new List<TextMatch>();
        if (fields.TryGet(Equal, out string? exact)) all.Add(new ExactText(exact));
        if (fields.TryGet(Matches, out TextMatch? pattern)) all.Add(pattern);
        if (fields.TryGet(Contains, out IReadOnlyList<string>? contained)) all.AddRange(contained.Select(text => new ContainedText(text)));
        if (fields.TryGet(Lacks, out IReadOnlyList<string>? lacking)) all.AddRange(lacking.Select(text => new LackingText(text)));
        if (fields.TryGet(Lines, out IReadOnlyList<TextMatch>? lines)) all.Add(new LineTexts(lines));
        if (fields.TryGet(Number, out TextMatch? number)) all.Add(number);
        if (fields.Map.Entries.Count == 0) reading.Add(fields.Mark, "nothing is expected of the text here; leave the key out");
        return all.Count == 1 ? all[0] : new AllTexts(all);
    }

    private static bool IsPattern(string text) => text.Length >= 3 && text[0] == '/'
        && text.AsSpan(text.LastIndexOf('/') + 1).IndexOfAnyExcept('i', 'm') < 0 && text.LastIndexOf('/') > 1;

    private static Parsed<TextMatch> ParseText(string text)
    {
        if (!IsPattern(text)) return new ExactText(text);
        int end = text.LastIndexOf('/');
        return ParsePattern(text[1..end], text[(end + 1)..]);
    }

    private static Parsed<TextMatch> ParsePattern(string pattern, string flags)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new PatternText(pattern, flags.Contains('i', StringComparison.Ordinal), flags.Contains('m', StringComparison.Ordinal));
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            return new WrongText($"{Quote.Of(pattern)} is no regular expression that can be used: {wrong.Message}");
        }
    }

    private static Parsed<TextMatch> ParseNumber(string text)
    {
        (Comparison comparison, string rest) = SplitComparison(text);
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        return decimal.TryParse(rest, style, CultureInfo.InvariantCulture, out decimal value)
            ? new NumberText(comparison, value)
            : new WrongText($"{Quote.Of(text)} is no comparison with a number; write it like \">= 5\"");
    }
}
