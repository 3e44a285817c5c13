namespace TestLab.Benchmarks.Races;

/// <summary>What a contender printed before the awaited text, and when that was complete.</summary>
internal readonly record struct Reading(string Before, Moment Moment);
