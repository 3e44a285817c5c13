namespace TestLab.Processor.Tests.Judge;

/// <summary>A word of data memory after a case; the offset is a multiple of eight from <see cref="JudgeLayout.DataBase"/>.</summary>
public readonly record struct MemoryChange(ulong Offset, ulong Value);
