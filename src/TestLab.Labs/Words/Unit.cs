using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TestLab.Labs.Words;

/// <summary>A kind of quantity as users write it, a number and a unit: <c>128MiB</c>, <c>1.5 s</c>.</summary>
/// <remarks>Values are exact integers of the base unit; what would have to be rounded is refused.</remarks>
public sealed class Unit
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private readonly string _noun;
    private readonly string _example;
    private readonly (string Suffix, long Factor)[] _factors;

    private Unit(string noun, string example, params (string Suffix, long Factor)[] factors)
    {
        _noun = noun;
        _example = example;
        _factors = factors;
    }

    /// <summary>For messages, with its article and an example.</summary>
    public string Noun => $"a {_noun} like {_example}";

    /// <summary>A regular expression for the units.</summary>
    public string SuffixPattern => string.Join('|', _factors.Select(unit => unit.Suffix));

    /// <summary>Memory and files, in bytes.</summary>
    public static Unit Size { get; } = new("size", "128MiB",
        ("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30));

    /// <summary>Speeds of processors, in instructions a second.</summary>
    public static Unit Speed { get; } = new("speed", "1000MIPS", ("MIPS", 1_000_000), ("GIPS", 1_000_000_000));

    /// <summary>Durations, in nanoseconds.</summary>
    public static Unit Duration { get; } = new("duration", "30s",
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("min", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000));

    /// <summary>Rates of links, in bits a second.</summary>
    public static Unit Rate { get; } = new("rate", "10Mbit",
        ("bit", 1), ("kbit", 1_000), ("Mbit", 1_000_000), ("Gbit", 1_000_000_000));

    /// <summary>Reads a quantity; the error is a clause that says what is wrong and shows a right one.</summary>
    public bool TryParse(string text, out long value, [NotNullWhen(false)] out string? error)
    {
        value = 0;
        string trimmed = text.Trim();
        int end = trimmed.AsSpan().IndexOfAnyExcept(Digits);
        string number = end < 0 ? trimmed : trimmed[..end];
        string suffix = end < 0 ? "" : trimmed[end..].TrimStart();
        const NumberStyles plain = NumberStyles.AllowDecimalPoint;
        bool isNumber = decimal.TryParse(number, plain, CultureInfo.InvariantCulture, out decimal amount);
        (string Suffix, long Factor)[] matches = [.. _factors.Where(unit => IsWritten(unit.Suffix, suffix))];
        error = (isNumber, suffix.Length > 0, matches.Length > 0) switch
        {
            (false, _, _) => $"\"{text}\" is no {_noun}; write it like {_example}",
            (_, false, _) => $"\"{text}\" has no unit; write it like {_example}",
            (_, _, false) => $"\"{text}\" has an unknown unit; known are {Suffixes}",
            _ => null,
        };
        if (error is not null) return false;
        if (amount > (decimal)long.MaxValue / matches[0].Factor)
        {
            error = $"\"{text}\" is too large a {_noun}";
            return false;
        }
        decimal product = amount * matches[0].Factor;
        value = (long)product;
        if (value != product) error = $"\"{text}\" is no whole number of {_factors[0].Suffix}";
        return error is null;
    }

    /// <summary>The value in the largest unit that gives a whole number.</summary>
    public string Format(long value)
    {
        (string suffix, long factor) = _factors.Where(unit => value % unit.Factor == 0).MaxBy(unit => unit.Factor);
        return $"{value / factor}{suffix}";
    }

    /// <summary>The value in the largest unit in which it is at least 1, with one digit after the point: for people.</summary>
    public string Approximate(long value)
    {
        (string suffix, long factor) = _factors.Where(unit => value >= unit.Factor).DefaultIfEmpty(_factors[0])
            .MaxBy(unit => unit.Factor);
        return factor == 1 ? $"{value}{suffix}" : $"{(decimal)value / factor:F1}{suffix}";
    }

    private string Suffixes => string.Join(", ", _factors.Select(unit => unit.Suffix));

    // Users write mib and MIB; where the case of a letter decides (m, M), no two units of one kind differ by it alone.
    private static bool IsWritten(string suffix, string text) =>
        string.Equals(suffix, text, StringComparison.OrdinalIgnoreCase);
}
