namespace TestLab.Networks.Links.Faults;

/// <summary>A probability, and how much one decision is like the one before.</summary>
/// <remarks>
/// With the probability <see cref="Correlation"/> a decision repeats the number that the last one was made by. So each
/// decision by itself keeps exactly the probability it is given, and decisions that lie n apart correlate by
/// correlation^n. (The traffic control of Linux mixes the numbers instead, which changes how often they hit.)
/// </remarks>
public readonly record struct Chance(Probability Probability, Probability Correlation)
{
    public static readonly Chance Never;

    public static Chance Of(Probability probability) => new(probability, Probability.Never);

    public static Chance OfPercent(decimal percent) => Of(Probability.OfPercent(percent));
}
