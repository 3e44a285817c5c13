namespace TestLab.Tidy;

/// <summary>The project's own files, as the working tree has them; paths are relative.</summary>
internal static class Repository
{
    private static readonly string[] Ignored = [".git", ".artifacts", ".vs", ".idea"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } =
        [.. Walk(Root).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Named(params string[] endings) =>
        Files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Fails with one line for each violation, so that one run shows them all.</summary>
    public static void AssertNone(IEnumerable<string> violations, string rule)
    {
        string[] found = [.. violations];
        if (found.Length > 0) Assert.Fail($"{rule}{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != ".git").Concat(
            Directory.EnumerateDirectories(folder)
                .Where(inner => !Ignored.Contains(Path.GetFileName(inner)))
                .SelectMany(Walk));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TestLab.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
