namespace TestLab.Tidy;

/// <summary>What a tool of the host said.</summary>
internal sealed record Answer(int ExitCode, string Text);
