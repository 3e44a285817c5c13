using TestLab.Labs.Plans;

namespace TestLab.Labs.Grammar;

/// <summary>What steps and events do to links and to the power of machines.</summary>
internal static class LinkActionKeys
{
    private static readonly Shape<IReadOnlyList<string>> Links = new NamesShape("link", names => names.Links);

    private static readonly Shape<IReadOnlyList<string>> Machines = new NamesShape("machine", names => names.Machines);

    private static readonly Key<IReadOnlyList<string>> Set = new("set", Links, "New figures for these links, given beside it.");
    private static readonly Key<IReadOnlyList<string>> Cut = new("cut", Links, "Pull the cable: no carrier.");
    private static readonly Key<IReadOnlyList<string>> Heal = new("heal", Links, "Plug it in again, with the figures it had.");
    private static readonly Key<IReadOnlyList<string>> Block = new("block", Links, "Let nothing pass; the carrier stays.");

    private static readonly Key<IReadOnlyList<string>> Kill = new("kill", Machines, "Take the power away.");
    private static readonly Key<IReadOnlyList<string>> Stop = new("stop", Machines, "Switch off, as at the end of the run.");
    private static readonly Key<IReadOnlyList<string>> Start = new("start", Machines, "Switch on.");
    private static readonly Key<IReadOnlyList<string>> Reset = new("reset", Machines, "Press the reset button.");

    private static readonly (Key<IReadOnlyList<string>> Key, LinkVerb Verb)[] LinkVerbs =
        [(Set, LinkVerb.Set), (Cut, LinkVerb.Cut), (Heal, LinkVerb.Heal), (Block, LinkVerb.Block)];

    private static readonly (Key<IReadOnlyList<string>> Key, PowerVerb Verb)[] PowerVerbs =
        [(Kill, PowerVerb.Kill), (Stop, PowerVerb.Stop), (Start, PowerVerb.Start), (Reset, PowerVerb.Reset)];

    public static IReadOnlyList<Key> OfLinks { get; } = [Set, Cut, Heal, Block];

    public static IReadOnlyList<Key> OfPower { get; } = [Kill, Stop, Start, Reset];

    public static Shape<ActionSyntax> Link { get; } = new RecordShape<ActionSyntax>("linkStep", "a change of links",
        [.. OfLinks, .. LinkKeys.All], (fields, reading) => Read(fields, reading, OfLinks));

    public static Shape<ActionSyntax> Power { get; } = new RecordShape<ActionSyntax>("powerStep", "a change of power",
        OfPower, (fields, reading) => Read(fields, reading, OfPower));

    /// <summary>The one of the keys that is there; problems where it is none, or several.</summary>
    public static ActionSyntax Read(Fields fields, Reading reading, IReadOnlyList<Key> allowed)
    {
        Key[] given = [.. allowed.Where(fields.Has)];
        if (given.Length != 1)
        {
            reading.Add(fields.Mark, $"exactly one of the keys {string.Join(", ", allowed.Select(key => key.Name))} stands here, "
                + (given.Length == 0 ? "not none" : $"not {string.Join(" and ", given.Select(key => key.Name))}"));
        }
        if (!fields.Has(Set))
        {
            foreach (Key key in LinkKeys.All.Where(fields.Has))
            {
                reading.Add(fields.MarkOfKey(key), $"{key.Name} belongs to set, which is not here");
            }
        }
        LinkSettings settings = fields.Has(Set) ? LinkKeys.SettingsOf(fields) : LinkSettings.None;
        if (fields.Has(Set) && !LinkKeys.All.Any(fields.Has))
        {
            reading.Add(fields.Mark, "set needs the new figures beside it: a profile, or rate, delay, loss, ...");
        }
        return new() { Mark = fields.Mark, Action = ActionOf(fields), Settings = settings };
    }

    private static StepAction? ActionOf(Fields fields)
    {
        foreach ((Key<IReadOnlyList<string>> key, LinkVerb verb) in LinkVerbs)
        {
            if (fields.TryGet(key, out IReadOnlyList<string>? links)) return new LinkAction { Verb = verb, Links = links, Figures = [] };
        }
        foreach ((Key<IReadOnlyList<string>> key, PowerVerb verb) in PowerVerbs)
        {
            if (fields.TryGet(key, out IReadOnlyList<string>? machines)) return new PowerAction(verb, machines);
        }
        return null;
    }
}
