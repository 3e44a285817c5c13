namespace TestLab.Cli.Boot;

/// <summary>A snapshot to be written at a moment of guest time.</summary>
internal sealed record SaveRequest(long AtNanoseconds, string Path);
