using System.CommandLine;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab boot</c>: boots an image or a kernel, or runs one command in it.</summary>
internal static class BootVerb
{
    public static Command Create() => new("boot", "Boot an image or a kernel, its serial console on stdout.");
}
