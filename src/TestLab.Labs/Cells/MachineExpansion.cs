using System.Globalization;
using TestLab.Labs.Grammar;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Makes machines of declarations: defaults, templates, counts and each machine's own variables.</summary>
/// <remarks>Maps are merged key by key; single values, lists, images and conditions are taken whole.</remarks>
internal sealed class MachineExpansion(MapNode lab, ProblemList problems)
{
    private static readonly string[] Whole = [MachineKeys.ImageName, MachineKeys.ReadyName];

    private readonly MapNode? _templates = lab.Find(LabKeys.TemplatesName) as MapNode;

    public IReadOnlyList<MachineInstance> Expand()
    {
        var instances = new List<MachineInstance>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MapEntry entry in (lab.Find(LabKeys.MachinesName) as MapNode)?.Entries ?? [])
        {
            MapNode own = entry.Value as MapNode ?? new MapNode(entry.Value.Mark, []);
            MapNode merged = Merge(own);
            int? count = CountOf(merged);
            for (var index = 1; index <= (count ?? 1); index++)
            {
                string name = count is null ? entry.Key.Text : string.Create(CultureInfo.InvariantCulture, $"{entry.Key.Text}-{index}");
                if (instances.Count == MachineKeys.MachinesMax)
                {
                    problems.Add(entry.Key.Mark, $"a lab has at most {MachineKeys.MachinesMax} machines, counted ones each");
                    return instances;
                }
                if (!names.Add(name)) problems.Add(entry.Key.Mark, $"there are two machines with the name {Quote.Of(name)}");
                else instances.Add(Make(entry.Key, name, index, merged));
            }
        }
        return instances;
    }

    private MachineInstance Make(ScalarNode key, string name, int index, MapNode merged)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Substitution.Machine] = name,
            [Substitution.Index] = index.ToString(CultureInfo.InvariantCulture),
        };
        return new()
        {
            Name = name,
            Declaration = key.Text,
            Index = index,
            Mark = key.Mark,
            Node = new Substitution(values, [], problems).Apply(merged) as MapNode ?? merged,
        };
    }

    private MapNode Merge(MapNode own)
    {
        MapNode merged = lab.Find(LabKeys.DefaultsName) as MapNode ?? new MapNode(own.Mark, []);
        IReadOnlyList<Node> used = own.Find(MachineKeys.UseName) switch
        {
            ListNode list => list.Items,
            { } one => [one],
            null => [],
        };
        foreach (Node name in used)
        {
            if (name is ScalarNode scalar && _templates?.Find(scalar.Text) is MapNode template) merged = Merge(merged, template);
        }
        return Merge(merged, own);
    }

    private static MapNode Merge(MapNode under, MapNode over)
    {
        var entries = new List<MapEntry>();
        foreach (MapEntry entry in under.Entries)
        {
            Node? winner = over.Find(entry.Key.Text);
            bool isMerged = entry.Value is MapNode && winner is MapNode && !Whole.Contains(entry.Key.Text);
            entries.Add((entry.Value, winner) switch
            {
                (MapNode below, MapNode above) when isMerged => entry with { Value = Merge(below, above) },
                (_, null) => entry,
                _ => new(over.Entries.First(each => each.Key.Text == entry.Key.Text).Key, winner ?? entry.Value),
            });
        }
        entries.AddRange(over.Entries.Where(entry => under.Find(entry.Key.Text) is null));
        return new(over.Mark, entries);
    }

    private static int? CountOf(MapNode machine) =>
        machine.Find(MachineKeys.CountName) is ScalarNode scalar
            && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count is > 0 and <= MachineKeys.MachinesMax
            ? count
            : null;
}
