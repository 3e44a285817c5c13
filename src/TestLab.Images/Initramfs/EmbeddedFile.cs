using System.Diagnostics;

namespace TestLab.Images.Initramfs;

/// <summary>The files of the folder <c>files</c>, which are part of the program.</summary>
internal static class EmbeddedFile
{
    private const string Prefix = "initramfs/";

    /// <summary>All names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(EmbeddedFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])
            .Order(StringComparer.Ordinal),
    ];

    public static byte[] Read(string name)
    {
        using Stream stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new UnreachableException($"the program lacks its file {name}");
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
