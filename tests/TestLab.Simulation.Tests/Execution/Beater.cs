using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A process that does something at given times, and logs what reaches it.</summary>
internal sealed class Beater : EventProcess
{
    private readonly Action<Beater, VirtualTime> _act;

    /// <param name="act">Called at each time; <see cref="Again"/> makes more of them.</param>
    public Beater(string name, Action<Beater, VirtualTime> act, params long[] times)
        : base(name)
    {
        _act = act;
        foreach (long time in times) Again(new VirtualTime(time));
    }

    public List<(VirtualTime Time, string Port, byte First)> Received { get; } = [];

    public void Again(VirtualTime time) => Events.CreateTimer("beat", now => _act(this, now)).Arm(time);

    public InputPort Input(string name = "in") => AddInput(name, (time, content) => Received.Add((time, name, content[0])));

    /// <summary>Connects both ways.</summary>
    public void Join(Beater other, long lookaheadNanoseconds)
    {
        AddOutput($"to {other.Name}", lookaheadNanoseconds).Connect(other.Input($"from {Name}"));
        other.AddOutput($"to {Name}", lookaheadNanoseconds).Connect(Input($"from {other.Name}"));
    }
}
