namespace TestLab.Labs.Links;

/// <summary>How delays are distributed.</summary>
public enum JitterDistribution
{
    Uniform,
    Normal,
    Pareto,
    ParetoNormal,
}
