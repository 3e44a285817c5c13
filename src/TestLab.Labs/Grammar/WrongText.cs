namespace TestLab.Labs.Grammar;

/// <summary>What is wrong with a text, as one clause.</summary>
internal readonly record struct WrongText(string Error);
