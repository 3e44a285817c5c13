using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Networks.Links;
using PlannedWay = TestLab.Labs.Plans.LinkDirection;

namespace TestLab.Labs.Running;

/// <summary>Readings of the links that steps judge: at the first step, and around the steps that a measurement names.</summary>
internal sealed class MeasureScript
{
    private readonly Conductor _conductor;
    private readonly MeasureAction[] _measures;
    private readonly Dictionary<(string Link, PlannedWay Way), LinkReading> _atFirst = [];
    private readonly Dictionary<(string Link, PlannedWay Way, string Step), LinkReading> _before = [];
    private readonly Dictionary<(string Link, PlannedWay Way, string Step), LinkReading> _after = [];
    private bool _hasBegun;

    public MeasureScript(Conductor conductor)
    {
        _conductor = conductor;
        _measures = [.. conductor.Cell.Steps.Select(step => step.Action).OfType<MeasureAction>()];
    }

    public async Task BeginAsync(StepPlan step)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            foreach ((string link, PlannedWay way) in Subjects(measure => measure.Step is null))
                _atFirst[(link, way)] = await ReadAsync(link, way);
        }

        foreach ((string link, PlannedWay way) in Subjects(measure => measure.Step == step.Name))
            _before[(link, way, step.Name)] = await ReadAsync(link, way);
    }

    public async Task EndAsync(StepPlan step)
    {
        foreach ((string link, PlannedWay way) in Subjects(measure => measure.Step == step.Name))
            _after[(link, way, step.Name)] = await ReadAsync(link, way);
    }

    public async Task<StepOutcome> JudgeAsync(MeasureAction measure)
    {
        var checks = new List<CheckResult>();
        foreach (LinkCheck check in measure.Checks) checks.Add(await JudgeAsync(measure, check));
        return StepScript.Sum(
        [
            new AttemptResult
            {
                StartNanoseconds = _conductor.Now.Nanoseconds,
                EndNanoseconds = _conductor.Now.Nanoseconds,
                Checks = checks,
            },
        ]);
    }

    private async Task<CheckResult> JudgeAsync(MeasureAction measure, LinkCheck check)
    {
        string name = $"{(check.Direction == PlannedWay.Down ? "down" : "up")}.{NameOf(check.Figure)}";
        string expected = $"{TextMatching.Sign(check.Comparison)} {LinkMeasurement.Describe(check.Figure, check.Value)}";
        LinkReading after = measure.Step is { } ended
            ? _after[(measure.Link, check.Direction, ended)]
            : await ReadAsync(measure.Link, check.Direction);
        LinkReading before = measure.Step is { } begun
            ? _before[(measure.Link, check.Direction, begun)]
            : _atFirst[(measure.Link, check.Direction)];
        if (new LinkMeasurement(before, after).Value(check.Figure) is not { } value)
            return StepScript.Check(name, expected, "nothing has passed", false);
        return StepScript.Check(
            name, expected, LinkMeasurement.Describe(check.Figure, value),
            TextMatching.Holds(check.Comparison, value, check.Value));
    }

    private IEnumerable<(string Link, PlannedWay Way)> Subjects(Predicate<MeasureAction> wanted) => _measures
        .Where(measure => wanted(measure))
        .SelectMany(measure => measure.Checks.Select(check => (measure.Link, check.Direction)))
        .Distinct();

    private Task<LinkReading> ReadAsync(string link, PlannedWay way) =>
        _conductor.Links.ReadAsync(link, way == PlannedWay.Down ? LinkWay.Down : LinkWay.Up);

    private static string NameOf(LinkFigure figure) => figure switch
    {
        LinkFigure.DelayMin => "delay.min",
        LinkFigure.DelayMax => "delay.max",
        _ => figure.ToString().ToLowerInvariant(),
    };
}
