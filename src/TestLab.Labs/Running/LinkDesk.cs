using TestLab.Labs.Plans;
using TestLab.Networks.Links;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Labs.Running;

/// <summary>All links of a lab, on the conductor's desk.</summary>
internal sealed class LinkDesk(LogicalProcess conductor, LinkSettingsTable settings, Action enter, Action leave)
{
    private readonly Dictionary<LinkPanel, OutputPort> _panels = [];
    private readonly Dictionary<(string Link, LinkWay Way), Place> _places = [];
    private readonly Dictionary<int, TaskCompletionSource<LinkReading>> _questions = [];
    private int _lastQuestion;

    /// <summary>Puts one direction on the desk.</summary>
    public void Add(LinkPlan link, LinkWay way, LinkPanel panel, int number)
    {
        if (!_panels.TryGetValue(panel, out OutputPort? output))
        {
            output = conductor.AddOutput($"links {_panels.Count}", LinkPanel.LookaheadNanoseconds);
            output.Connect(panel.Input);
            panel.Output.Connect(conductor.AddInput($"links {_panels.Count}", Receive));
            _panels.Add(panel, output);
        }

        int initial = settings.IndexOf(link, way == LinkWay.Down ? link.Down : link.Up, isBlocked: false);
        _places.Add((link.Name, way), new Place(output, number, initial));
    }

    public void Cut(string link) => ForBoth(link, (place, _) => Send(place, LinkRequest.Cut));

    public void Heal(string link) => ForBoth(link, (place, _) =>
    {
        Send(place, LinkRequest.Change, place.Settings);
        Send(place, LinkRequest.Heal);
    });

    public void Block(LinkPlan link) => ForBoth(link.Name, (place, _) =>
        Send(place, LinkRequest.Change, settings.Blocked(place.Settings)));

    /// <summary>New figures; returns what undoes it.</summary>
    public Action Set(LinkPlan link, LinkFigures figures)
    {
        var undo = new List<Action>();
        ForBoth(link.Name, (place, way) =>
        {
            int before = place.Settings;
            place.Settings = settings.IndexOf(link, way == LinkWay.Down ? figures.Down : figures.Up, isBlocked: false);
            Send(place, LinkRequest.Change, place.Settings);
            undo.Add(() =>
            {
                place.Settings = before;
                Send(place, LinkRequest.Change, before);
            });
        });
        return () => undo.ForEach(action => action());
    }

    public Task<LinkReading> ReadAsync(string link, LinkWay way)
    {
        var answer = new TaskCompletionSource<LinkReading>();
        _questions.Add(++_lastQuestion, answer);
        Send(_places[(link, way)], LinkRequest.Read, _lastQuestion);
        return answer.Task;
    }

    private void ForBoth(string link, Action<Place, LinkWay> action)
    {
        foreach (LinkWay way in (LinkWay[])[LinkWay.Down, LinkWay.Up]) action(_places[(link, way)], way);
    }

    private void Send(Place place, LinkRequest request, int value = 0) => place.Output.Send(
        conductor.Now.After(LinkPanel.LookaheadNanoseconds), LinkPanel.Message(request, place.Number, value));

    private void Receive(VirtualTime now, ReadOnlySpan<byte> content)
    {
        (int question, LinkReading reading) = LinkPanel.ReadAnswer(content);
        if (!_questions.Remove(question, out TaskCompletionSource<LinkReading>? answer)) return;
        enter();
        try
        {
            answer.TrySetResult(reading);
        }
        finally
        {
            leave();
        }
    }

    /// <summary>Where a direction is, and the settings it has when its cable is in and nothing is blocked.</summary>
    private sealed class Place(OutputPort output, int number, int settings)
    {
        public OutputPort Output => output;

        public int Number => number;

        public int Settings { get; set; } = settings;
    }
}
