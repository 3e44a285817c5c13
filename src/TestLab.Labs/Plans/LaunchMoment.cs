namespace TestLab.Labs.Plans;

/// <summary>What of a machine another one waits for.</summary>
public enum LaunchMoment
{
    /// <summary>It is switched on.</summary>
    Started,

    /// <summary>The conditions of its <c>ready</c> hold.</summary>
    Ready,
}
