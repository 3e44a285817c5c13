using TestLab.Labs.Grammar;
using TestLab.Labs.Links;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Collects what has a name in a cell, before anything is read: so references are checked wherever they stand.</summary>
internal sealed class NameReader(MapNode lab, IReadOnlyList<MachineInstance> machines, ILinkProfiles profiles, ProblemList problems)
{
    public LabNames Read() => new()
    {
        Machines = MachineNames(),
        Links = LinkNames(),
        Networks = KeysOf(LabKeys.NetworksName),
        Profiles = [.. KeysOf(LabKeys.ProfilesName).Union(profiles.Names)],
        Templates = KeysOf(LabKeys.TemplatesName),
        Steps = StepNames(StepKeys.NameName, "step"),
        Backgrounds = StepNames(StepKeys.BackgroundName, "background step"),
    };

    /// <summary>What the link of a card is called.</summary>
    public static string LinkName(string machine, string network, int card) =>
        card == 0 ? $"{machine}.{network}" : $"{machine}.{network}.{card + 1}";

    private Dictionary<string, IReadOnlyList<string>> MachineNames()
    {
        var names = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (MachineInstance machine in machines) names[machine.Name] = [machine.Name];
        foreach (IGrouping<string, MachineInstance> counted in machines.GroupBy(machine => machine.Declaration))
        {
            names[counted.Key] = [.. counted.Select(machine => machine.Name)];
        }
        foreach (IGrouping<string, (string Machine, Mark Mark, string Group)> group in Groups().GroupBy(each => each.Group))
        {
            if (names.ContainsKey(group.Key)) problems.Add(group.First().Mark, $"the group {Quote.Of(group.Key)} has the name of a machine");
            else names[group.Key] = [.. group.Select(each => each.Machine)];
        }
        if (names.ContainsKey(LabNames.All))
        {
            problems.Add(lab.Mark, $"no machine and no group is called {LabNames.All}: that stands for all machines");
        }
        names[LabNames.All] = [.. machines.Select(machine => machine.Name)];
        return names;
    }

    private IEnumerable<(string Machine, Mark Mark, string Group)> Groups() =>
        from machine in machines
        let start = machine.Node.Find(MachineKeys.StartName) as MapNode
        let name = start?.Find(MachineKeys.GroupName) as ScalarNode
        where name is { IsNothing: false }
        select (machine.Name, name.Mark, name.Text);

    private Dictionary<string, IReadOnlyList<string>> LinkNames()
    {
        var links = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (MachineInstance machine in machines)
        {
            foreach (MapEntry card in (machine.Node.Find(MachineKeys.NetworksName) as MapNode)?.Entries ?? [])
            {
                int count = card.Value is ListNode list ? list.Items.Count : 1;
                for (var index = 0; index < count; index++)
                {
                    string link = LinkName(machine.Name, card.Key.Text, index);
                    Add(link, link);
                    if (machine.Name != machine.Declaration) Add($"{machine.Declaration}.{card.Key.Text}", link);
                    Add(card.Key.Text, link);
                }
            }
        }
        return links.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<string>)entry.Value, StringComparer.Ordinal);

        void Add(string name, string link)
        {
            if (!links.TryGetValue(name, out List<string>? all)) links.Add(name, all = []);
            all.Add(link);
        }
    }

    private string[] KeysOf(string part) => [.. ((lab.Find(part) as MapNode)?.Entries ?? []).Select(entry => entry.Key.Text)];

    private List<string> StepNames(string key, string kind)
    {
        var names = new List<string>();
        foreach (Node step in (lab.Find(LabKeys.StepsName) as ListNode)?.Items ?? [])
        {
            if ((step as MapNode)?.Find(key) is not ScalarNode { IsNothing: false } name) continue;
            if (names.Contains(name.Text)) problems.Add(name.Mark, $"there is another {kind} {Quote.Of(name.Text)} before this one");
            else names.Add(name.Text);
        }
        return names;
    }
}
