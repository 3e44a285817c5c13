namespace TestLab.Simulation.Comparison;

/// <summary>The step after which a process is not the same in two runs.</summary>
/// <param name="Step">Steps since both were equal; the first is 0.</param>
/// <param name="Left">What it was about to do in the one run; where this differs, so did the step before.</param>
/// <param name="LeftAfter">Where it stood after the step.</param>
public sealed record StepDifference(
    string Process, long Step, string Left, string LeftAfter, string Right, string RightAfter)
{
    public override string ToString() => Left == Right
        ? $"{Process}, step {Step}: {Left}; then {LeftAfter} or {RightAfter}"
        : $"{Process}, step {Step}: {Left}, then {LeftAfter}; or {Right}, then {RightAfter}";
}
