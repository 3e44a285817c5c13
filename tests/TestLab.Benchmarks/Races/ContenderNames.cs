namespace TestLab.Benchmarks.Races;

/// <summary>Who takes part, as tables and the command line call them.</summary>
internal static class ContenderNames
{
    /// <summary>Our machine, in this process.</summary>
    public const string Ours = "ours";

    /// <summary>Our machine in a new process.</summary>
    public const string Cold = "cold";

    /// <summary>The host itself.</summary>
    public const string Native = "native";

    /// <summary>qemu's translator.</summary>
    public const string Tcg = "tcg";

    /// <summary>qemu's translator with a clock that counts instructions.</summary>
    public const string Icount = "icount";

    public static bool NeedsQemu(string name) => name is Tcg or Icount;
}
