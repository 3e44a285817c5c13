using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A step of the test.</summary>
internal static class StepKeys
{
    public const string NameName = "name";
    public const string BackgroundName = "background";
    public const int StepsMax = 1000;
    public const long DefaultTimeoutNanoseconds = 120_000_000_000;

    private const int TriesMax = 1000;

    private static readonly Shape<IReadOnlyList<string>> Backgrounds =
        new NamesShape("background step", names => names.Backgrounds.ToDictionary(name => name, name => (IReadOnlyList<string>)[name]));

    private static readonly Key<string> Name = new(NameName, Scalars.Line, "What the step shows, in words.");

    private static readonly Key<IReadOnlyList<string>> Machine = new("machine", new NamesShape("machine", names => names.Machines),
        "Where it happens; not needed in a lab of one machine.");

    private static readonly Key<IReadOnlyList<string>> Machines = new("machines", new NamesShape("machine or group", names => names.Machines),
        "Where it happens, on all at once: names, counted sets, groups, or all.");

    private static readonly Key<ScalarNode> Run = new("run", new OpenTextShape("a command for sh"), "A command for sh.");

    private static readonly Key<string> Input = new("input", Scalars.Text, "What the command reads.");

    private static readonly Key<IReadOnlyList<EnvironmentVariable>> Env = new("env", StepShapes.Environment, "Variables of the command.");

    private static readonly Key<CopySyntax> Copy = new("copy", CopySyntax.Shape, "Copies files into machines or out of them.");

    private static readonly Key<StepAction> Wait = new("wait", new EitherShape<StepAction>("a duration like 5s, or a condition",
        new ConvertedShape<long, StepAction>(Scalars.PositiveDuration, (duration, _, _) => new PauseAction(duration)),
        new ConvertedShape<Readiness, StepAction>(ConditionKeys.Readiness, (until, _, _) => new WaitAction(until))),
        "Waits for a time, or until a condition holds.");

    private static readonly Key<MeasureAction> Measure = new("measure", MeasureKeys.Measure, "Judges what a link carried.");

    private static readonly Key<ActionSyntax> Link = new("link", LinkActionKeys.Link, "Changes links.");

    private static readonly Key<ActionSyntax> Power = new("power", LinkActionKeys.Power, "Switches machines.");

    private static readonly Key<IReadOnlyList<string>> Barrier = new("barrier", Backgrounds, "Waits for background steps to end, and judges them.");

    private static readonly Key<IReadOnlyList<string>> Stop = new("stop", Backgrounds, "Ends background steps.");

    private static readonly Key<IReadOnlyList<EventSyntax>> During = new("during", new ListShape<EventSyntax>(EventKeys.Event, isOneAllowed: true),
        "What is done to the lab meanwhile.");

    private static readonly Key<string> Background = new(BackgroundName, Scalars.Name, "A name; the step goes on while the next ones run.");

    private static readonly Key<Expectation> Expect = new("expect", StepShapes.Expect, "What must come of it; exit code 0 by default.");

    private static readonly Key<long> Timeout = new("timeout", Scalars.PositiveDuration, "Guest time for one try; 120s by default.");

    private static readonly Key<long> Times = new("times", Scalars.Integer("a number of tries", 1, TriesMax), "How often at most.") { IsRequired = true };

    private static readonly Key<long> Every = new("every", Scalars.Duration, "Guest time between two tries; 1s by default.");

    private static readonly Key<RetrySyntax> Retry = new("retry", new RecordShape<RetrySyntax>("retry", "a retry", [Times, Every],
        (fields, _) => new((int)fields.Get(Times, 1), fields.Get(Every, 1_000_000_000))), "Tries again when it fails.");

    private static readonly Key<bool> Always = new("always", Scalars.Flag, "true: it runs after a failed step too.");

    private static readonly Key[] Actions = [Run, Copy, Wait, Measure, Link, Power, Barrier, Stop];

    private static readonly Key[] OfRun = [Input, Env, Background];

    public static Shape<StepSyntax> Step { get; } = new RecordShape<StepSyntax>("step", "a step",
        [Name, Machine, Machines, .. Actions, Input, Env, During, Background, Expect, Timeout, Retry, Always], Build);

    private static StepSyntax Build(Fields fields, Reading reading)
    {
        Key[] given = [.. Actions.Where(fields.Has)];
        if (given.Length != 1)
        {
            reading.Add(fields.Mark, $"a step has exactly one of the keys {string.Join(", ", Actions.Select(key => key.Name))}, "
                + (given.Length == 0 ? "not none" : $"not {string.Join(" and ", given.Select(key => key.Name))}"));
        }
        Belong(OfRun, given, Run);
        Belong([Machine, Machines], given, Run, Wait, Copy);
        Belong([Expect], given, Run);
        if (fields.Has(Machine) && fields.Has(Machines)) reading.Add(fields.MarkOfKey(Machines), "a step has one of the keys machine and machines");
        Expectation expect = fields.Get(Expect, StepShapes.NothingSpecial);
        ActionSyntax action = ActionOf(fields, reading);
        RetrySyntax retry = fields.Get(Retry, new(1, 0));
        if (fields.Has(Retry) && fields.Has(Background)) reading.Add(fields.MarkOfKey(Retry), "a background step is not tried again");
        return new()
        {
            Mark = fields.Mark,
            Name = fields.TryGet(Name, out string? name) ? name : null,
            NameMark = fields.MarkOf(Name),
            Action = action with { Machines = MachinesOf(fields, reading) ?? action.Machines },
            During = fields.Get(During, []),
            Background = fields.TryGet(Background, out string? background) ? background : null,
            Expect = expect,
            TimeoutNanoseconds = fields.Get(Timeout, DefaultTimeout(action.Action, expect)),
            Tries = retry.Times,
            RetryEveryNanoseconds = retry.EveryNanoseconds,
            IsAlways = fields.Get(Always, false),
        };

        void Belong(Key[] keys, Key[] actions, params Key[] owners)
        {
            if (actions.Length != 1 || owners.Contains(actions[0])) return;
            foreach (Key key in keys.Where(fields.Has))
            {
                reading.Add(fields.MarkOfKey(key), $"{key.Name} belongs to {string.Join(", ", owners.Select(owner => owner.Name))}, "
                    + $"not to {actions[0].Name}");
            }
        }
    }

    private static IReadOnlyList<string>? MachinesOf(Fields fields, Reading reading)
    {
        if (fields.TryGet(Machines, out IReadOnlyList<string>? several)) return several;
        if (fields.Has(Machines)) return [];
        if (!fields.TryGet(Machine, out IReadOnlyList<string>? one)) return fields.Has(Machine) ? [] : null;
        if (one.Count > 1) reading.Add(fields.MarkOf(Machine), $"this stands for {one.Count} machines; write machines: for a step on all of them");
        return one;
    }

    private static ActionSyntax ActionOf(Fields fields, Reading reading)
    {
        if (fields.TryGet(Run, out ScalarNode? command))
        {
            var run = new RunAction
            {
                Commands = [],
                Environment = fields.Get(Env, []),
                Input = fields.TryGet(Input, out string? input) ? input : null,
            };
            return new() { Mark = fields.Mark, Command = command, Action = run };
        }
        if (fields.TryGet(Copy, out CopySyntax? copy))
        {
            if (fields.Has(Machine) || fields.Has(Machines)) reading.Add(fields.MarkOf(Copy), "a copy names its machines in from or to, nowhere else");
            return new() { Mark = fields.Mark, Machines = copy.Machines, Action = copy.Action };
        }
        if (fields.TryGet(Link, out ActionSyntax? link)) return link;
        if (fields.TryGet(Power, out ActionSyntax? power)) return power;
        StepAction? action = null;
        if (fields.TryGet(Wait, out StepAction? wait)) action = wait;
        else if (fields.TryGet(Measure, out MeasureAction? measure)) action = measure;
        else if (fields.TryGet(Barrier, out IReadOnlyList<string>? awaited)) action = new BarrierAction(awaited);
        else if (fields.TryGet(Stop, out IReadOnlyList<string>? stopped)) action = new StopAction(stopped);
        return new() { Mark = fields.Mark, Action = action };
    }

    private static long DefaultTimeout(StepAction? action, Expectation expect) => action switch
    {
        PauseAction pause => Math.Max(DefaultTimeoutNanoseconds, 2 * pause.Nanoseconds),
        WaitAction wait => Math.Max(DefaultTimeoutNanoseconds, 2 * wait.Until.WithinNanoseconds),
        _ => Math.Max(DefaultTimeoutNanoseconds, 2 * expect.WithinNanoseconds ?? 0),
    };
}
