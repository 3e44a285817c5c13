namespace TestLab.Labs.Plans;

/// <summary>What a network is joined to besides the lab's machines.</summary>
public enum NetworkKind
{
    /// <summary>Nothing.</summary>
    Segment,

    /// <summary>The host itself.</summary>
    HostOnly,

    /// <summary>The outside, by connections that start in the lab; recorded.</summary>
    Nat,

    /// <summary>An interface of the host; needs real time.</summary>
    Bridged,
}
