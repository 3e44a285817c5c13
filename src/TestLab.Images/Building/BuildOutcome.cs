namespace TestLab.Images.Building;

/// <summary>How a command on a build machine ended, with the end of what it said.</summary>
public sealed record BuildOutcome(int ExitCode, string Output, string Errors);
