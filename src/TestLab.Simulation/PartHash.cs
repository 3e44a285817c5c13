namespace TestLab.Simulation;

/// <summary>The hash of one part of a process.</summary>
public readonly record struct PartHash(string Name, StateHash Hash);
