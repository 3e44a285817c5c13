namespace TestLab.Simulation.Execution;

internal enum NodeState
{
    /// <summary>It has nothing to do that it may do yet.</summary>
    Blocked,

    /// <summary>It waits for a thread.</summary>
    Ready,

    Running,

    /// <summary>It threw, and stands still for ever.</summary>
    Failed,
}
