namespace TestLab.Labs.Grammar;

/// <summary>How often a step is tried.</summary>
internal sealed record RetrySyntax(int Times, long EveryNanoseconds);
