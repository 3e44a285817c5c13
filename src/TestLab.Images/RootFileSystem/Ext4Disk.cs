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

    public static async Task WriteAsync(
        BuildSite site,
        string archive,
        string disk,
        bool isRoot,
        CancellationToken cancellation)
    {
        string folder = site.ScrapOf("root");
        Directory.CreateDirectory(folder);
        string configuration = site.ScrapOf("mke2fs.conf");
        await File.WriteAllTextAsync(configuration, Configuration, cancellation).ConfigureAwait(false);
        string id = IdOf(site.Recipe.Address);
        string mke2fs = HostTools.Find("mke2fs") ?? throw new MissingToolException("mke2fs", "e2fsprogs");
        string[] command =
        [
            "sh", "-c", Script, "sh", archive, folder,
            mke2fs, "-q", "-F", "-t", "ext4", "-O", Features, "-b", "4096", "-I", "256", "-m", "1", "-J", "size=16",
            "-L", "testlab", "-U", id, "-E", $"hash_seed={id},lazy_itable_init=0,root_owner=0:0", "-d", folder, disk,
            $"{DebianRoot.DiskBytes >> 20}M",
        ];
        string program = isRoot ? command[0] : "fakeroot";
        IEnumerable<string> arguments = isRoot ? command[1..] : ["--", .. command];
        await new HostCommand(program, arguments)
            .With("MKE2FS_CONFIG", configuration)
            .With("E2FSPROGS_FAKE_TIME", $"{DebianRoot.Epoch}")
            .RunAsync(cancellation).ConfigureAwait(false);
        using FileStream file = new(disk, FileMode.Open, FileAccess.ReadWrite);
        Ext4Times.Settle(file);
    }

    /// <summary>The recipe's address in the form of a UUID.</summary>
    private static string IdOf(string address)
        => $"{address[..8]}-{address[8..12]}-{address[12..16]}-{address[16..20]}-{address[20..32]}";
}
