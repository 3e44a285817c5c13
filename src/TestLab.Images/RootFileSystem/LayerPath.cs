namespace TestLab.Images.RootFileSystem;

/// <summary>Paths as archives have them.</summary>
internal static class LayerPath
{
    /// <summary>The names on the way; none for the root.</summary>
    /// <exception cref="InvalidDataException">It would lead out of the root.</exception>
    public static string[] Split(string path)
    {
        string[] names = SplitTarget(path);
        return names.Contains("..") ? throw new InvalidDataException($"it has the path \"{path}\"") : names;
    }

    /// <summary>The names on the way that a symbolic link leads, steps up among them.</summary>
    public static string[] SplitTarget(string target) => [.. target.Split('/').Where(name => name is not ("" or "."))];
}
