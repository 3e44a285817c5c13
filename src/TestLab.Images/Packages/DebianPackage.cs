namespace TestLab.Images.Packages;

/// <summary>A package as the archive's index describes it.</summary>
internal sealed record DebianPackage(string Name, string Version, string Architecture, string Sha256, string Depends)
{
    /// <summary>The name that apt gives the file.</summary>
    public string FileName => FileNameOf(Name, Version, Architecture);

    public static string FileNameOf(string name, string version, string architecture)
        => $"{name}_{version.Replace(":", "%3a", StringComparison.Ordinal)}_{architecture}.deb";

    /// <summary>Reads the first paragraph of what <c>apt-cache show</c> wrote; null where it lacks a field.</summary>
    public static DebianPackage? Parse(string paragraphs)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        foreach (string line in paragraphs.Split('\n').TakeWhile(line => line.Length > 0))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] != ' ')
            {
                fields[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
        return fields.TryGetValue("Package", out string? name)
            && fields.TryGetValue("Version", out string? version)
            && fields.TryGetValue("Architecture", out string? architecture)
            && fields.TryGetValue("SHA256", out string? sha256)
                ? new DebianPackage(name, version, architecture, sha256, fields.GetValueOrDefault("Depends", ""))
                : null;
    }

    /// <summary>The packages that it depends on, each by the name of its first alternative.</summary>
    public IEnumerable<string> Dependencies()
        => Depends.Split(',').Select(item => item.Trim().Split(' ', '|', ':')[0]).Where(name => name.Length > 0);
}
