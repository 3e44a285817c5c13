namespace TestLab.Labs.Plans;

/// <summary>A direction of a link, seen from the machine.</summary>
public enum LinkDirection
{
    /// <summary>To the machine.</summary>
    Down,

    /// <summary>From the machine.</summary>
    Up,
}
