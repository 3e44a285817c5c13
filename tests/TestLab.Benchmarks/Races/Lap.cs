namespace TestLab.Benchmarks.Races;

/// <summary>One piece of work that a contender has done.</summary>
/// <param name="Cost">What it took.</param>
/// <param name="Result">What came of it: the same for all, or somebody computes wrongly.</param>
internal readonly record struct Lap(Moment Cost, string Result);
