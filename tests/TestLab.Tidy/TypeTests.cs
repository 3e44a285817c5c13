using System.Text.RegularExpressions;

namespace TestLab.Tidy;

/// <summary>The folder is the namespace, the file is the type.</summary>
public sealed partial class TypeTests
{
    private static IEnumerable<string> Sources => Repository.Named(".cs");

    [Test]
    public void ANamespaceIsItsFolder() => Repository.AssertNone(
        from file in Sources
        let expected = Path.GetDirectoryName(file)?.Split('/', 2)[^1].Replace('/', '.')
        from line in SourceCode.LinesOf(Repository.Read(file))
        where line.StartsWith("namespace ", StringComparison.Ordinal) && line.TrimEnd() != $"namespace {expected};"
        select $"{file}: {line.Trim()} should be namespace {expected};",
        "File-scoped namespaces that equal the folder.");

    [Test]
    public void AFileHoldsTheOneTypeItIsNamedAfter() => Repository.AssertNone(
        Sources.Select(Objection).OfType<string>(),
        "One top-level type a file, named as the type; only a family of records may share a file.");

    private static string? Objection(string file)
    {
        Match[] types = [.. SourceCode.LinesOf(Repository.Read(file))
            .Select(line => TopLevelType().Match(line)).Where(match => match.Success)];
        bool isFamily = types.Length > 1 && types.All(type => type.Groups["kind"].Value.StartsWith("record"));
        if (types.Length == 0 || isFamily) return null;
        if (types.Length > 1) return $"{file}: {string.Join(", ", types.Select(NameOf))}";
        // A type in several files (partial) has its part after a dot: Cpu.Paging.cs.
        string name = Path.GetFileName(file).Split('.')[0];
        return NameOf(types[0]) == name ? null : $"{file}: {NameOf(types[0])}";
    }

    private static string NameOf(Match type) => type.Groups["name"].Value;

    // Types are at the first column since namespaces are file-scoped.
    [GeneratedRegex(@"^(?:(?:public|internal|file|private|static|sealed|abstract|readonly|partial|ref|unsafe)\s+)*"
        + @"(?<kind>record(?:\s+struct|\s+class)?|class|struct|interface|enum|delegate\s+[\w<>\[\]?*]+)\s+"
        + @"(?<name>\w+)")]
    private static partial Regex TopLevelType();
}
