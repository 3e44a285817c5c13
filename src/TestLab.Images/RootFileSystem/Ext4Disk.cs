using TestLab.Images.Hosting;

namespace TestLab.Images.RootFileSystem;

/// <summary>Makes a raw disk that is one ext4 file system; its bytes are a function of the archive given.</summary>
internal static class Ext4Disk
{
    // Without checksums of metadata, so that the times in it can be set; with nothing that Linux 5.10 does not know.
    private const string Features =
        "none,has_journal,ext_attr,dir_index,filetype,extent,flex_bg,sparse_super,large_file,huge_file,dir_nlink,"
        + "extra_isize";

    // The host's own defaults must not decide.
    private const string Configuration = "[defaults]\n[fs_types]\next4 = {\n}\n";

    // $1 archive, $2 folder, the rest is mke2fs with its arguments: one session of fakeroot for both.
    private const string Script =
        "archive=$1; folder=$2; shift 2; "
        + "tar --extract --numeric-owner --same-permissions --same-owner --file \"$archive\" --directory \"$folder\" "
        + "&& exec \"$@\"";

    /// <summary>Makes the disk of an archive.</summary>
    public static async Task WriteAsync(BuildSite site, string archive, bool isRoot, CancellationToken cancellation)
    {
        string folder = site.ScrapOf("root");
        Directory.CreateDirectory(folder);
        string[] makeDisk = await CommandAsync(
            site, folder, site.PathOf(GuestImage.DiskFile), DebianRoot.DiskBytes, cancellation).ConfigureAwait(false);
        string[] command = ["sh", "-c", Script, "sh", archive, folder, .. makeDisk];
        string program = isRoot ? command[0] : "fakeroot";
        IEnumerable<string> arguments = isRoot ? command[1..] : ["--", .. command];
        await With(new HostCommand(program, arguments), site).RunAsync(cancellation).ConfigureAwait(false);
        Settle(site);
    }

    /// <summary>Makes a disk of a folder as it is, for a machine that helps with the build.</summary>
    public static async Task OfFolderAsync(BuildSite site, string folder, string disk, long bytes, CancellationToken cancellation)
    {
        string[] words = await CommandAsync(site, folder, disk, bytes, cancellation).ConfigureAwait(false);
        await With(new HostCommand(words[0], words[1..]), site).RunAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The words that make the disk of a folder; they want the environment of <see cref="With"/>.</summary>
    public static async Task<string[]> CommandAsync(
        BuildSite site, string folder, string disk, long bytes, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(ConfigurationFile(site), Configuration, cancellation).ConfigureAwait(false);
        string id = IdOf(site.Recipe.Address);
        string mke2fs = HostTools.Find("mke2fs") ?? throw new MissingToolException("mke2fs", "e2fsprogs");
        return
        [
            mke2fs, "-q", "-F", "-t", "ext4", "-O", Features, "-b", "4096", "-I", "256", "-m", "1", "-J", "size=16",
            "-L", "testlab", "-U", id, "-E", $"hash_seed={id},lazy_itable_init=0,root_owner=0:0", "-d", folder,
            disk, $"{bytes >> 20}M",
        ];
    }

    public static HostCommand With(HostCommand command, BuildSite site)
        => command.With("MKE2FS_CONFIG", ConfigurationFile(site)).With("E2FSPROGS_FAKE_TIME", $"{DebianRoot.Epoch}");

    /// <summary>Sets the times that mke2fs leaves to chance.</summary>
    public static void Settle(BuildSite site)
    {
        using FileStream file = new(site.PathOf(GuestImage.DiskFile), FileMode.Open, FileAccess.ReadWrite);
        Ext4Times.Settle(file);
    }

    private static string ConfigurationFile(BuildSite site) => site.ScrapOf("mke2fs.conf");

    /// <summary>The recipe's address in the form of a UUID.</summary>
    private static string IdOf(string address)
        => $"{address[..8]}-{address[8..12]}-{address[12..16]}-{address[16..20]}-{address[20..32]}";
}
