using System.Diagnostics;

namespace TestLab.Benchmarks.Kernels;

/// <summary>The program of this folder's C sources, the same file for host and guests.</summary>
internal static class KernelProgram
{
    public const string GuestPath = "/kernels";

    // No calls of the library in place of loops: it chooses by the processor, so host and guest would run different code.
    // No SSE in the integer kernels: qemu's translator is so slow at it that the mean would flatter ours.
    private static readonly string[] Options =
    [
        "-O2", "-Wall", "-Werror", "-static", "-fno-math-errno", "-fno-tree-loop-distribute-patterns", "-fno-tree-vectorize",
    ];

    /// <summary>Compiles it and gives its path.</summary>
    public static string Build()
    {
        string sources = Path.Combine(AppContext.BaseDirectory, "Kernels");
        string program = Path.Combine(sources, "kernels");
        string unfinished = $"{program}.{Environment.ProcessId}";
        using Process compiler = Process.Start("gcc",
            [.. Options, "-o", unfinished, .. Directory.GetFiles(sources, "*.c").Order(StringComparer.Ordinal)]);
        compiler.WaitForExit();
        if (compiler.ExitCode != 0) throw new InvalidOperationException("gcc cannot compile the kernels.");
        File.Move(unfinished, program, overwrite: true);
        return program;
    }
}
