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
        "One top-level type a file, named as the type; a family may share one: records, or an interface or base with "
        + "what implements it, or a type with what is named after it.");

    private static string? Objection(string file)
    {
        string code = string.Join('\n', SourceCode.LinesOf(Repository.Read(file)));
        Match[] types = TopLevelType().Matches(code).ToArray();
        // A type in several files (partial) has its part after a dot: Cpu.Paging.cs.
        string name = Path.GetFileName(file).Split('.')[0];
        bool isAnswered = types.Length switch
        {
            0 => true,
            1 => NameOf(types[0]) == name,
            _ => IsFamily(types, name),
        };
        return isAnswered ? null : $"{file}: {string.Join(", ", types.Select(NameOf))}";
    }

    private static bool IsFamily(Match[] types, string name)
    {
        // The head of the family is the type of the file's name, in the singular or as an interface.
        string[] heads = [name, $"I{name}", $"I{name.TrimEnd('s')}", $"I{name[..^2]}"];
        string? head = types.Select(NameOf).FirstOrDefault(heads.Contains);
        return head is not null && types.All(type => NameOf(type) == head
            || NameOf(type).StartsWith(head.TrimStart('I'), StringComparison.Ordinal)
            || type.Groups["kind"].Value.StartsWith("record")
            || Regex.IsMatch(type.Groups["rest"].Value, $@"[:,]\s*{head}\b"));
    }

    private static string NameOf(Match type) => type.Groups["name"].Value;

    // Types are at the first column since namespaces are file-scoped.
    [GeneratedRegex(@"^(?:(?:public|internal|file|private|static|sealed|abstract|readonly|partial|ref|unsafe)\s+)*"
        + @"(?<kind>record(?:\s+struct|\s+class)?|class|struct|interface|enum|delegate\s+[\w<>\[\]?*]+)\s+"
        + @"(?<name>\w+)(?<rest>[^{;]*)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
