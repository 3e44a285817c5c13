using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Rates;

namespace TestLab.Labs.Running;

/// <summary>All settings that the links of a cell can come to have by its plan, by number.</summary>
internal sealed class LinkSettingsTable
{
    private readonly CellPlan _cell;
    private readonly Func<string, DeliveryTrace> _readTrace;
    private readonly List<LinkSettings> _all = [];
    private readonly Dictionary<(string Network, LinkModel Model, bool IsBlocked), int> _numbers = [];

    /// <param name="cell">Whose steps are looked through.</param>
    /// <param name="readTrace">Reads a trace by its path in the plan.</param>
    public LinkSettingsTable(CellPlan cell, Func<string, DeliveryTrace> readTrace)
    {
        (_cell, _readTrace) = (cell, readTrace);
        foreach (LinkPlan link in cell.Links)
        {
            Add(link, link.Down);
            Add(link, link.Up);
        }

        IEnumerable<StepAction> actions = cell.Steps.SelectMany(step => step.During.Select(each => each.Action).Prepend(step.Action));
        foreach (LinkAction action in actions.OfType<LinkAction>())
        {
            foreach ((string name, LinkFigures figures) in action.Links.Zip(action.Figures))
            {
                Add(cell.Link(name), figures.Down);
                Add(cell.Link(name), figures.Up);
            }
        }
    }

    public IReadOnlyList<LinkSettings> All => _all;

    public int IndexOf(LinkPlan link, LinkModel model, bool isBlocked) => _numbers[(link.Network, model, isBlocked)];

    /// <summary>The number of the same settings with everything swallowed.</summary>
    public int Blocked(int number) => number + 1;

    public LinkTimetable? Timetable(LinkPlan link, LinkModel model) => Translation(link).Timetable(model);

    private void Add(LinkPlan link, LinkModel model)
    {
        if (_numbers.ContainsKey((link.Network, model, false))) return;
        LinkSettings settings = Translation(link).Settings(model);
        _numbers[(link.Network, model, false)] = _all.Count;
        _all.Add(settings);
        _numbers[(link.Network, model, true)] = _all.Count;
        _all.Add(settings with { IsBlackhole = true });
    }

    private LinkTranslation Translation(LinkPlan link) =>
        new(_cell.Networks.Single(network => network.Name == link.Network).MtuBytes, _readTrace);
}
