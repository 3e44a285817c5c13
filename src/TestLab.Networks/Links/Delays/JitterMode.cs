namespace TestLab.Networks.Links.Delays;

/// <summary>How delays of one direction vary. The numbers are stored.</summary>
public enum JitterMode
{
    /// <summary>The delay is a function of time that no frame can use to overtake another; it has no bias.</summary>
    Ordered = 0,

    /// <summary>Each frame has a delay of its own and may overtake, as in netem.</summary>
    Independent = 1,
}
