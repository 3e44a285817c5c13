namespace TestLab.Cli.Hosting;

/// <summary>Nobody reads our output any more, as in <c>testlab ... | head</c>: time to end, quietly.</summary>
public sealed class ReaderGoneException() : IOException("nobody reads the output");
