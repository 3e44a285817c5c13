using System.Globalization;
using TestLab.Labs.Grammar;
using TestLab.Labs.Plans;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Makes steps of what the file says: for each machine its command, for each link its figures.</summary>
internal sealed class StepBuilder(
    IReadOnlyList<MachinePlan> machines, IReadOnlyList<LinkPlan> links, LinkBuilder linkBuilder, ProblemList problems)
{
    private readonly List<StepPlan> _steps = [];
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    public IReadOnlyList<StepPlan> Build(IReadOnlyList<StepSyntax> steps)
    {
        foreach (StepSyntax step in steps) _steps.Add(Build(step));
        return _steps;
    }

    private StepPlan Build(StepSyntax step)
    {
        int number = _steps.Count + 1;
        string name = step.Name ?? string.Create(CultureInfo.InvariantCulture, $"step {number}");
        IReadOnlyList<string> where = MachinesOf(step.Action);
        StepAction action = Complete(step.Action, where);
        CheckOrder(step, action);
        if (step.Background is { } background) _running.Add(background);
        return new()
        {
            Name = name,
            Number = number,
            Machines = where,
            Action = action,
            During = [.. step.During.Select(Build).OrderBy(each => each.AtNanoseconds)],
            Background = step.Background,
            Expect = step.Expect,
            TimeoutNanoseconds = step.TimeoutNanoseconds,
            Tries = step.Tries,
            RetryEveryNanoseconds = step.RetryEveryNanoseconds,
            IsAlways = step.IsAlways,
        };
    }

    private DisturbancePlan Build(EventSyntax item)
    {
        IReadOnlyList<string> where = MachinesOf(item.Action);
        return new()
        {
            AtNanoseconds = item.AtNanoseconds,
            ForNanoseconds = item.ForNanoseconds,
            Machines = where,
            Action = Complete(item.Action, where),
        };
    }

    private IReadOnlyList<string> MachinesOf(ActionSyntax action)
    {
        if (action.Action is not (RunAction or WaitAction or CopyAction)) return [];
        if (action.Machines is { } given) return given;
        if (machines.Count == 1) return [machines[0].Name];
        if (machines.Count > 1 && action.Action is not CopyAction)
            problems.Add(action.Mark, "in a lab of several machines a step needs the key machine or machines");
        return [];
    }

    private StepAction Complete(ActionSyntax action, IReadOnlyList<string> where) => action.Action switch
    {
        RunAction run when action.Command is { } command => run with
        {
            Commands = [.. where.Select(machine => Close(command, machine))],
        },
        LinkAction { Verb: LinkVerb.Set } set => set with
        {
            Figures =
            [
                .. set.Links.Select(name => links.FirstOrDefault(link => link.Name == name)).OfType<LinkPlan>()
                    .Select(link => linkBuilder.Change(link, action.Settings)),
            ],
        },
        MeasureAction { Step: null } measure => measure with
        {
            Step = _steps.LastOrDefault(step => step.Action is not MeasureAction)?.Name,
        },
        { } other => other,
        null => new PauseAction(0),
    };

    private string Close(ScalarNode command, string machine)
    {
        int index = machines.FirstOrDefault(each => each.Name == machine)?.Index ?? 1;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Substitution.Machine] = machine,
            [Substitution.Index] = index.ToString(CultureInfo.InvariantCulture),
        };
        return new Substitution(values, [], problems).Apply(command).Text;
    }

    private void CheckOrder(StepSyntax step, StepAction action)
    {
        IReadOnlyList<string> names = action switch
        {
            BarrierAction barrier => barrier.Backgrounds,
            StopAction stop => stop.Backgrounds,
            _ => [],
        };
        foreach (string name in names)
        {
            if (!_running.Contains(name))
                problems.Add(step.Mark, $"the background step {Quote.Of(name)} begins only after this step");
            else if (!_ended.Add(name))
                problems.Add(step.Mark, $"the background step {Quote.Of(name)} has ended before this step");
        }
        if (action is MeasureAction { Step: { } measured } && !_steps.Any(each => each.Name == measured))
        {
            problems.Add(step.Mark, $"the step {Quote.Of(measured)} comes only after this measurement");
        }
    }
}
