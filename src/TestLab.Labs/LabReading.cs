using TestLab.Labs.Plans;

namespace TestLab.Labs;

/// <summary>What came of reading a lab file: a plan, or everything that is wrong.</summary>
/// <param name="Plan">Null where there are problems.</param>
/// <param name="Problems">In the order of the file; empty where there is a plan.</param>
public sealed record LabReading(LabPlan? Plan, IReadOnlyList<LabProblem> Problems);
