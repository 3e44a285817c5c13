using System.Diagnostics;
using TestLab.Images;

namespace TestLab.Benchmarks.Boots;

/// <summary>The same kernel, initial file system and command line under qemu's translator.</summary>
internal static class QemuBoot
{
    private const string Program = "/usr/bin/qemu-system-x86_64";

    /// <returns>Seconds until the shell is ready; null where qemu is not installed.</returns>
    public static double? TryMeasure(GuestImage image)
    {
        if (!File.Exists(Program)) return null;
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(Program,
        [
            "-accel", "tcg", "-cpu", "max", "-m", $"{image.Manifest.MemoryMebibytes}", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-kernel", image.KernelPath, "-initrd", image.InitrdPath, "-append", image.Manifest.CommandLine,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        }) ?? throw new InvalidOperationException("qemu does not start.");
        try
        {
            while (process.StandardOutput.ReadLine() is { } line)
                if (line.Contains(ReadyWatch.Text, StringComparison.Ordinal)) return Stopwatch.GetElapsedTime(start).TotalSeconds;
            throw new InvalidOperationException("qemu ended before the shell was there.");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
