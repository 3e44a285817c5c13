using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A copy between the host and machines; the side with <c>MACHINE:</c> before the path is theirs.</summary>
internal sealed record CopySyntax(IReadOnlyList<string>? Machines, CopyAction? Action)
{
    private const string Noun = "a path from the lab's folder, or MACHINE:/path";

    private static readonly Key<ScalarNode> From = new("from", new OpenTextShape(Noun), $"{Noun}.") { IsRequired = true };
    private static readonly Key<ScalarNode> To = new("to", new OpenTextShape(Noun), $"{Noun}.") { IsRequired = true };

    public static Shape<CopySyntax> Shape { get; } = new RecordShape<CopySyntax>("copy", "a copy", [From, To], Build);

    private static CopySyntax Build(Fields fields, Reading reading)
    {
        if (!fields.TryGet(From, out ScalarNode? from) || !fields.TryGet(To, out ScalarNode? to)) return new(null, null);
        (string? source, string sourcePath) = Split(from.Text);
        (string? target, string targetPath) = Split(to.Text);
        if (source is null == target is null)
        {
            reading.Add(fields.Mark, "exactly one side of a copy is in a machine, written MACHINE:/path");
            return new(null, null);
        }
        ScalarNode guest = source is null ? to : from;
        ScalarNode host = source is null ? from : to;
        string machine = source ?? target ?? "";
        var action = new CopyAction
        {
            IsToMachine = source is null,
            HostPath = source is null ? sourcePath : targetPath,
            GuestPath = source is null ? targetPath : sourcePath,
        };
        Shape<string> hostShape = source is null ? Scalars.HostPath : Scalars.ResultPath;
        hostShape.TryRead(host, reading, out string? _);
        Scalars.GuestPath.TryRead(guest with { Text = action.GuestPath }, reading, out string? _);
        if (reading.Names.Machines.TryGetValue(machine, out IReadOnlyList<string>? machines)) return new(machines, action);
        reading.Add(guest.Mark, $"there is no machine {Quote.Of(machine)}; {Quote.Remedy(machine, [.. reading.Names.Machines.Keys])}");
        return new(null, action);
    }

    private static (string? Machine, string Path) Split(string text)
    {
        int colon = text.IndexOf(":/", StringComparison.Ordinal);
        return colon > 0 ? (text[..colon], text[(colon + 1)..]) : (null, text);
    }
}
