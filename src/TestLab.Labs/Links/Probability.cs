namespace TestLab.Labs.Links;

/// <summary>A chance in parts of a thousand million: an integer, so that every host draws alike.</summary>
public readonly record struct Probability(uint PartsPerBillion)
{
    public const uint One = 1_000_000_000;

    public static Probability Zero => default;

    public static Probability Certain => new(One);

    /// <summary>For people and formulas; nothing in a run derives from it.</summary>
    public double Value => PartsPerBillion / (double)One;

    public override string ToString() => $"{PartsPerBillion / 10_000_000m:0.#######}%";
}
