namespace TestLab.Networks.Links.Faults;

/// <summary>Frames that overtake: they skip propagation and jitter, as netem's `reorder` has it.</summary>
/// <param name="Chance">How often a candidate overtakes.</param>
/// <param name="Gap">Each n-th frame since the last overtaker is a candidate; 1 for every frame.</param>
public readonly record struct ReorderSettings(Chance Chance, int Gap)
{
    public const int GapLimit = 1 << 24;

    public static readonly ReorderSettings None;

    public bool IsNone => Chance.Probability.IsNever;
}
