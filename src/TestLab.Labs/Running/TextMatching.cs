using System.Globalization;
using System.Text.RegularExpressions;
using TestLab.Labs.Plans;

namespace TestLab.Labs.Running;

/// <summary>Whether a text is what a lab file expects, and the expectation in words.</summary>
internal static class TextMatching
{
    public static bool Holds(TextMatch match, string text) => match switch
    {
        ExactText exact => WithoutLastBreak(text) == WithoutLastBreak(exact.Text),
        PatternText pattern => Regex.IsMatch(text, pattern.Pattern, Options(pattern)),
        ContainedText contained => text.Contains(contained.Text, StringComparison.Ordinal),
        LackingText lacking => !text.Contains(lacking.Text, StringComparison.Ordinal),
        LineTexts lines => HoldLines(lines, WithoutLastBreak(text)),
        NumberText number => decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            && Holds(number.Comparison, value, number.Value),
        AllTexts all => all.Matches.All(each => Holds(each, text)),
        _ => throw new ArgumentOutOfRangeException(nameof(match), match, "There is no such match."),
    };

    public static string Describe(TextMatch match) => match switch
    {
        ExactText exact => WithoutLastBreak(exact.Text),
        PatternText pattern => $"/{pattern.Pattern}/{(pattern.IgnoresCase ? "i" : "")}{(pattern.IsMultiline ? "m" : "")}",
        ContainedText contained => $"contains: {contained.Text}",
        LackingText lacking => $"lacks: {lacking.Text}",
        LineTexts lines => string.Join('\n', lines.Lines.Select(Describe)),
        NumberText number => $"{Sign(number.Comparison)} {number.Value.ToString(CultureInfo.InvariantCulture)}",
        AllTexts all => string.Join("\nand ", all.Matches.Select(Describe)),
        _ => throw new ArgumentOutOfRangeException(nameof(match), match, "There is no such match."),
    };

    public static bool Holds<T>(Comparison comparison, T left, T right)
        where T : IComparable<T>
    {
        int order = left.CompareTo(right);
        return comparison switch
        {
            Comparison.AtMost => order <= 0,
            Comparison.AtLeast => order >= 0,
            Comparison.Below => order < 0,
            Comparison.Above => order > 0,
            Comparison.Equal => order == 0,
            _ => order != 0,
        };
    }

    public static string Sign(Comparison comparison) => comparison switch
    {
        Comparison.AtMost => "<=",
        Comparison.AtLeast => ">=",
        Comparison.Below => "<",
        Comparison.Above => ">",
        Comparison.Equal => "==",
        _ => "!=",
    };

    private static bool HoldLines(LineTexts expected, string text)
    {
        string[] lines = text.Length == 0 ? [] : text.Split('\n');
        return lines.Length == expected.Lines.Count
            && lines.Zip(expected.Lines, (line, match) => Holds(match, line.TrimEnd('\r'))).All(holds => holds);
    }

    private static RegexOptions Options(PatternText pattern) =>
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
        | (pattern.IgnoresCase ? RegexOptions.IgnoreCase : RegexOptions.None)
        | (pattern.IsMultiline ? RegexOptions.Multiline : RegexOptions.None);

    private static string WithoutLastBreak(string text) => text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
}
