using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What is done to the lab while a step runs.</summary>
internal static class EventKeys
{
    private static readonly Key<long> At = new("at", Scalars.Duration, "After the start of the step; 0s by default.");
    private static readonly Key<long> For = new("for", Scalars.PositiveDuration, "How long; it is undone then.");
    private static readonly Key<IReadOnlyList<string>> Machines = new("machine", new NamesShape("machine", names => names.Machines), "Where run happens.");
    private static readonly Key<ScalarNode> Run = new("run", new OpenTextShape("a command for sh"), "A command; its exit code does not matter.");

    public static Shape<EventSyntax> Event { get; } = new RecordShape<EventSyntax>("event", "an event",
        [At, For, Machines, Run, .. LinkActionKeys.OfLinks, .. LinkActionKeys.OfPower, .. LinkKeys.All], Build);

    private static EventSyntax Build(Fields fields, Reading reading)
    {
        bool isRun = fields.Has(Run);
        ActionSyntax action = LinkActionKeys.Read(fields, reading, [Run, .. LinkActionKeys.OfLinks, .. LinkActionKeys.OfPower]);
        if (isRun)
        {
            action = action with
            {
                Command = fields.TryGet(Run, out ScalarNode? command) ? command : null,
                Machines = fields.TryGet(Machines, out IReadOnlyList<string>? machines) ? machines : fields.Has(Machines) ? [] : null,
                Action = new RunAction { Commands = [], Environment = [] },
            };
        }
        else if (fields.Has(Machines)) reading.Add(fields.MarkOfKey(Machines), "machine belongs to run, which is not here");
        bool isUndoable = action.Action is LinkAction { Verb: not LinkVerb.Heal } or PowerAction { Verb: PowerVerb.Kill or PowerVerb.Stop } or null;
        if (fields.Has(For) && !isUndoable) reading.Add(fields.MarkOfKey(For), "for belongs to what can be undone: set, cut, block, kill, stop");
        return new(fields.Mark, fields.Get(At, 0), fields.TryGet(For, out long duration) ? duration : null, action);
    }
}
