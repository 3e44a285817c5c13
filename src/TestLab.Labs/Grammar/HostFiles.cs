using System.Security.Cryptography;
using System.Text;

namespace TestLab.Labs.Grammar;

/// <summary>The files of the host that a lab names: paths are relative to the lab's folder.</summary>
internal sealed class HostFiles(string folder)
{
    private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);

    public string Folder => folder;

    public bool Exists(string path) => Path.Exists(Full(path));

    public bool IsFile(string path) => File.Exists(Full(path));

    /// <summary>The SHA-256 of a file, or of a folder's relative paths and contents by name; links are not followed.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public string Hash(string path)
    {
        string full = Full(path);
        if (!_hashes.TryGetValue(full, out string? hash))
        {
            hash = File.Exists(full) ? HashOfFile(full) : HashOfFolder(full);
            _hashes.Add(full, hash);
        }
        return hash;
    }

    public static string HashOfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string HashOfFile(string full)
    {
        using FileStream file = File.OpenRead(full);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string HashOfFolder(string full)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var lines = new StringBuilder();
        foreach (string file in Directory.EnumerateFiles(full, "*", options).Order(StringComparer.Ordinal))
        {
            lines.Append(HashOfFile(file)).Append("  ").Append(Path.GetRelativePath(full, file)).Append('\n');
        }
        return HashOfText(lines.ToString());
    }

    private string Full(string path) => Path.GetFullPath(Path.Combine(folder, path));
}
