using System.Text;
using TestLab.Images.Agent;

namespace TestLab.Images.Initramfs;

/// <summary>
/// The initial RAM file system of all images: busybox, the drivers of the emulator's devices, and a short init. It is
/// not compressed: a copy is the cheapest thing that a guest can do to get at its files.
/// </summary>
internal static class InitramfsBuilder
{
    /// <summary>
    /// The drivers; what they depend on comes along. Built-in ones are in the list for other releases.
    /// </summary>
    public static readonly string[] Modules =
    [
        "virtio_pci", "virtio_blk", "virtio_net", "virtio_console", "virtio_rng", "ext4", "crc32c_generic",
        "crc32c_intel",
    ];

    /// <summary>Those that newer kernels have no module of, because they always have what is in it.</summary>
    public static readonly string[] PartOfNewKernels = ["crc32c_generic", "crc32c_intel"];

    private const string Unit = "testlab-control.service";

    private static readonly string[] _folders =
    [
        "bin", "dev", "etc", "etc/udhcpc", "lib", "lib/modules", "mnt", "proc", "run", "run/testlab",
        "run/testlab/bin", "run/testlab/system", "run/testlab/system/multi-user.target.wants", "sys", "usr", "var",
    ];

    /// <summary>What busybox does in a guest that has no such program of its own.</summary>
    private static readonly string[] _fallbacks =
    [
        "halt", "httpd", "ifconfig", "ip", "less", "nc", "nslookup", "ping", "poweroff", "ps", "reboot", "route",
        "telnet", "top", "traceroute", "udhcpc", "vi", "wget",
    ];

    private static readonly (string Path, string Text)[] _texts =
    [
        ("etc/filesystems", "ext4\n"), // What mount tries when it is not told: the module need not be loaded yet.
        ("etc/group", "root:x:0:\n"),
        ("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"),
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
        ("etc/resolv.conf", ""),
        ("etc/shadow", "root::10933:0:99999:7:::\n"), // No password: the console is the owner's.
        ("etc/shells", "/bin/sh\n"),
    ];

    /// <summary>Writes the archive.</summary>
    /// <exception cref="InvalidDataException">The binary is not busybox.</exception>
    public static void Write(
        Stream output,
        string architecture,
        byte[] busybox,
        string kernelVersion,
        IReadOnlyList<KernelModule> modules)
    {
        CpioArchive archive = new(output);
        foreach (string folder in _folders)
        {
            archive.AddDirectory(folder);
        }
        archive.AddDirectory("root", 0x1C0); // 0700
        archive.AddDirectory("tmp", 0x3FF); // 1777
        archive.AddLink("sbin", "bin");
        archive.AddLink("usr/bin", "../bin");
        archive.AddLink("usr/sbin", "../bin");
        // The kernel opens the console for init before init can mount the devices.
        archive.AddCharacterDevice("dev/console", 0x180, 5, 1); // 0600
        archive.AddCharacterDevice("dev/null", 0x1B6, 1, 3); // 0666
        AddBusybox(archive, busybox);
        AddModules(archive, kernelVersion, modules);
        foreach ((string path, string text) in _texts)
        {
            archive.AddFile(path, Encoding.UTF8.GetBytes(text));
        }
        archive.AddLink("etc/udhcpc/default.script", "../../run/testlab/udhcpc.script");
        archive.AddFile("run/testlab/agent", GuestAgent.For(architecture), executable: true);
        archive.AddFile("run/testlab/console", EmbeddedFile.Read("console"), executable: true);
        archive.AddFile("run/testlab/init", EmbeddedFile.Read("start"), executable: true);
        archive.AddFile("run/testlab/udhcpc.script", EmbeddedFile.Read("udhcpc.script"), executable: true);
        archive.AddFile($"run/testlab/system/{Unit}", EmbeddedFile.Read(Unit));
        archive.AddLink($"run/testlab/system/multi-user.target.wants/{Unit}", $"../{Unit}");
        archive.AddFile("init", EmbeddedFile.Read("init"), executable: true);
        archive.Finish();
    }

    /// <summary>Writes an archive to be appended: the kernel unpacks one after the other.</summary>
    public static void WriteAddition(Stream output, IReadOnlyList<ImageFileSource> files)
    {
        CpioArchive archive = new(output);
        HashSet<string> folders = new(_folders, StringComparer.Ordinal) { "root", "tmp", "sbin", "usr/bin", "usr/sbin" };
        foreach (ImageFileSource file in files.OrderBy(file => file.GuestPath, StringComparer.Ordinal))
        {
            string[] parts = file.GuestPath[1..].Split('/');
            for (int count = 1; count < parts.Length; count++)
            {
                string folder = string.Join('/', parts[..count]);
                if (folders.Add(folder))
                {
                    archive.AddDirectory(folder);
                }
            }
            archive.AddFile(file.GuestPath[1..], File.ReadAllBytes(file.HostPath), file.EffectiveMode);
        }
        archive.Finish();
    }

    /// <summary>The archive without what packages bring: a change of it makes other images.</summary>
    public static byte[] Skeleton(string architecture)
    {
        using MemoryStream archive = new();
        Write(archive, architecture, [.. "[\0[[\0sh\0\0"u8], "", []);
        return archive.ToArray();
    }

    private static void AddBusybox(CpioArchive archive, byte[] busybox)
    {
        // Here it can be copied, with all else that a guest with a disk needs of this archive, as one folder.
        archive.AddFile("run/testlab/busybox", busybox, executable: true);
        IReadOnlyList<string> applets = Busybox.AppletsOf(busybox);
        foreach (string applet in applets.Where(name => name != "busybox").Prepend("busybox"))
        {
            archive.AddLink($"bin/{applet}", "../run/testlab/busybox");
        }
        foreach (string applet in applets.Intersect(_fallbacks))
        {
            archive.AddLink($"run/testlab/bin/{applet}", "../busybox");
        }
    }

    private static void AddModules(CpioArchive archive, string kernelVersion, IReadOnlyList<KernelModule> modules)
    {
        string folder = $"lib/modules/{kernelVersion}";
        archive.AddDirectory(folder);
        foreach (KernelModule module in modules)
        {
            archive.AddFile($"{folder}/{module.Name}.ko", module.Content);
        }
        archive.AddFile($"{folder}/modules.dep", Encoding.ASCII.GetBytes(DependencyTable(modules)));
        archive.AddFile($"{folder}/modules.alias", Encoding.ASCII.GetBytes(AliasTable(modules)));
    }

    /// <summary>A line for each module with all that it needs, nearest first: modprobe loads from the end.</summary>
    private static string DependencyTable(IReadOnlyList<KernelModule> modules)
    {
        StringBuilder table = new();
        HashSet<string> needed = new(StringComparer.Ordinal);
        for (int index = 0; index < modules.Count; index++)
        {
            needed.Clear();
            needed.UnionWith(modules[index].Dependencies);
            table.Append($"{modules[index].Name}.ko:");
            // The list is in load order, so walking it backwards meets every module after all that need it.
            for (int earlier = index - 1; earlier >= 0; earlier--)
            {
                if (needed.Contains(modules[earlier].Name))
                {
                    needed.UnionWith(modules[earlier].Dependencies);
                    table.Append($" {modules[earlier].Name}.ko");
                }
            }
            table.Append('\n');
        }
        return table.ToString();
    }

    private static string AliasTable(IReadOnlyList<KernelModule> modules)
        => string.Concat(modules.SelectMany(
            module => module.Aliases.Select(alias => $"alias {alias} {module.Name}\n")));
}
