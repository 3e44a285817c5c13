using TestLab.Images.Hosting;

namespace TestLab.Images.Packages;

/// <summary>The files of a package, unpacked into a folder.</summary>
internal static class PackageContents
{
    /// <summary>Unpacks without running any script of the package.</summary>
    public static Task ExtractAsync(string packageFile, string folder, CancellationToken cancellation)
        => new HostCommand("dpkg-deb", "--extract", packageFile, folder).RunAsync(cancellation);
}
