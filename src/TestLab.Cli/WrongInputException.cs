namespace TestLab.Cli;

/// <summary>The user's input cannot be used; the message is the one line that says so and names the remedy.</summary>
public sealed class WrongInputException(string problem, string remedy) : Exception($"{problem}; {remedy}");
