namespace TestLab.Cli.Tests.Programs;

/// <summary>What a process left behind.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors);
