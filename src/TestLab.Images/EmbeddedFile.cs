using System.Diagnostics;

namespace TestLab.Images;

/// <summary>The scripts of the guests (the folders <c>files</c>), which are part of the program.</summary>
internal static class EmbeddedFile
{
    private const string Prefix = "files/";

    public static byte[] Read(string name)
    {
        using Stream stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new UnreachableException($"the program lacks its file {name}");
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
