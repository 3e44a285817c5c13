using TestLab.Cli.Hosting;

namespace TestLab.Cli.Runs;

/// <summary>Colours for words on a terminal; none in a pipe, or where <c>NO_COLOR</c> asks for none.</summary>
internal sealed class Ink(bool hasColours)
{
    public static Ink Of(int descriptor) => new(RawTerminal.IsTerminal(descriptor) && !IsUnwanted);

    /// <summary>By convention, and for terminals that cannot.</summary>
    public static bool IsUnwanted => Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || IsDumb;

    /// <summary>A terminal without a cursor that can be moved.</summary>
    public static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";

    public string Good(string text) => Paint(text, "32");

    public string Bad(string text) => Paint(text, "31");

    public string Soft(string text) => Paint(text, "2");

    private string Paint(string text, string code) => hasColours ? $"\e[{code}m{text}\e[0m" : text;
}
