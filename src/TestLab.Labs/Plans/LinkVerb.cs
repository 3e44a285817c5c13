namespace TestLab.Labs.Plans;

/// <summary>What is done to a link.</summary>
public enum LinkVerb
{
    /// <summary>New figures.</summary>
    Set,

    /// <summary>The cable is out: both ends see no carrier.</summary>
    Cut,

    /// <summary>The cable is in again, with the figures it had before.</summary>
    Heal,

    /// <summary>Nothing passes, but the carrier stays.</summary>
    Block,
}
