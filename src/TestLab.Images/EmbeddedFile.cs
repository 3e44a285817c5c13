using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

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

    public static string ReadText(string name) => Encoding.UTF8.GetString(Read(name));

    /// <summary>The SHA-256, in hexadecimal digits.</summary>
    public static string HashOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Read(name)));
}
