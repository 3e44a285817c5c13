using TestLab.Images;

namespace TestLab.Benchmarks.Races;

/// <summary>qemu's translator with an image's kernel, initial file system, disk and command line.</summary>
internal static class Qemu
{
    private const string Program = "/usr/bin/qemu-system-x86_64";

    public static bool IsInstalled => File.Exists(Program);

    /// <param name="image">What it boots; its disk stays as it is.</param>
    /// <param name="countsInstructions">With a clock that counts instructions, as ours does.</param>
    /// <param name="model">The processor's model.</param>
    /// <param name="memoryMebibytes">Its memory, if not what the image says.</param>
    public static ProcessContender Start(
        GuestImage image, bool countsInstructions = false, string model = "max", int? memoryMebibytes = null)
    {
        if (!IsInstalled) throw new InvalidOperationException("qemu is not installed; the Debian package is qemu-system-x86.");
        return new ProcessContender(countsInstructions ? ContenderNames.Icount : ContenderNames.Tcg, Program,
        [
            "-accel", "tcg", "-cpu", model, "-m", $"{memoryMebibytes ?? image.Manifest.MemoryMebibytes}",
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-kernel", image.KernelPath, "-initrd", image.InitrdPath, "-append", image.Manifest.CommandLine,
            .. countsInstructions ? (string[])["-icount", "shift=0"] : [],
            .. image.DiskPath is { } disk
                ? (string[])["-drive", $"file={disk},if=virtio,format=raw,snapshot=on,cache=unsafe"] : [],
        ]);
    }
}
