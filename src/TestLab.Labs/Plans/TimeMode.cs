namespace TestLab.Labs.Plans;

/// <summary>How the lab's time passes; it never changes what happens in the lab.</summary>
public enum TimeMode
{
    /// <summary>As fast as the host can; idle time is skipped.</summary>
    Virtual,

    /// <summary>Never ahead of the wall clock.</summary>
    Real,
}
