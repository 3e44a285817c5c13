namespace TestLab.Networks.Links.Delays;

/// <summary>How delays spread about their middle: an inverse cumulative distribution, in units of the jitter.</summary>
/// <remarks>
/// Values are fixed-point numbers with <see cref="FractionBits"/> binary places. Normal, pareto and paretonormal are
/// those of iproute2, cut off where its tables are: at four times the jitter. All arithmetic is exact or IEEE addition,
/// multiplication and division, so every host has the same tables.
/// </remarks>
public sealed class DelayDistribution : IEquatable<DelayDistribution>
{
    public const int FractionBits = 16;

    /// <summary>One jitter.</summary>
    public const long One = 1L << FractionBits;

    /// <summary>As many entries as the traffic control of Linux takes.</summary>
    public const int TableLimit = 16_384;

    /// <summary>A jitter of iproute2's tables.</summary>
    public const int TableScale = 8_192;

    /// <summary>Each value between -1 and 1 jitter equally likely.</summary>
    public static readonly DelayDistribution Uniform = new("uniform", [(int)-One, (int)One], isBounded: true);

    public static readonly DelayDistribution Normal = new("normal", QuantileTables.Normal(), isBounded: false);

    public static readonly DelayDistribution Pareto =
        new("pareto", QuantileTables.Pareto(), isBounded: false);

    public static readonly DelayDistribution ParetoNormal =
        new("paretonormal", QuantileTables.ParetoNormal(), isBounded: false);

    private readonly int[] _edges;

    private DelayDistribution(string name, int[] edges, bool isBounded) =>
        (Name, _edges, IsBounded) = (name, edges, isBounded);

    public static IReadOnlyList<DelayDistribution> Named { get; } = [Uniform, Normal, Pareto, ParetoNormal];

    /// <summary>"table" for one that a user brought.</summary>
    public string Name { get; }

    /// <summary>Whether the jitter is the greatest deviation; otherwise it is the unit, as a standard deviation is.</summary>
    public bool IsBounded { get; }

    internal long Least => _edges[0];

    internal long Most => _edges[^1];

    internal ReadOnlySpan<int> Edges => _edges;

    /// <summary>A table of equally likely values in rising order, 8192 for one jitter, as iproute2's `.dist` files have them.</summary>
    /// <exception cref="ArgumentException">Too few, too many, or not rising.</exception>
    public static DelayDistribution OfTable(ReadOnlySpan<short> values)
    {
        if (values.Length is < 2 or > TableLimit)
            throw new ArgumentException($"A distribution has between 2 and {TableLimit} values.");
        int[] edges = new int[values.Length];
        for (int i = 0; i < edges.Length; i++)
        {
            edges[i] = values[i] * (int)(One / TableScale);
            if (i > 0 && edges[i] < edges[i - 1])
                throw new ArgumentException($"Value {i + 1} of the distribution is below the one before.");
        }

        return new DelayDistribution("table", edges, isBounded: false);
    }

    /// <summary>The text of a `.dist` file: numbers between blanks; a line that starts with # is a comment.</summary>
    /// <exception cref="FormatException">Something is not a number.</exception>
    /// <exception cref="ArgumentException">The numbers are no distribution.</exception>
    public static DelayDistribution ParseTable(string text)
    {
        var values = new List<short>();
        foreach (string line in text.Split('\n'))
        {
            if (line.TrimStart().StartsWith('#')) continue;
            foreach (string word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                if (!short.TryParse(word, out short value))
                    throw new FormatException($"\"{word}\" is not a value of a distribution (-32768 to 32767).");
                values.Add(value);
            }
        }

        return OfTable([.. values]);
    }

    /// <summary>The value at a quantile of 2^64, between two entries by their distance.</summary>
    public long At(ulong quantile)
    {
        ulong scaled = Math.BigMul(quantile, (ulong)(_edges.Length - 1), out ulong within);
        long left = _edges[scaled];
        long right = _edges[scaled + 1];
        return left + (long)((right - left) * (Int128)(within >> 32) >> 32);
    }

    public bool Equals(DelayDistribution? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Name == other.Name && _edges.AsSpan().SequenceEqual(other._edges));

    public override bool Equals(object? obj) => Equals(obj as DelayDistribution);

    /// <summary>Of the table's shape; not seen by anything that a run depends on.</summary>
    public override int GetHashCode() => _edges.Length ^ _edges[0];
}
