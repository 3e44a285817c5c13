namespace TestLab.Simulation.Processes;

/// <summary>A process that does nothing but react to frames and timers, as a switch does.</summary>
/// <remarks>Frames of a moment come before timers of the moment, since the inbox made the first timer of the queue.</remarks>
public abstract class EventProcess : LogicalProcess, IClock
{
    private VirtualTime _now;

    protected EventProcess(string name)
        : base(name) =>
        AddPart("clock", new Clock(this));

    public override VirtualTime Now => _now;

    public override VirtualTime NextAction => Events.NextTime;

    public override void Advance(VirtualTime until)
    {
        while (Events.NextTime < until)
        {
            _now = VirtualTime.Max(_now, Events.NextTime);
            Events.RunDue(_now);
        }

        _now = VirtualTime.Max(_now, until);
    }

    private sealed class Clock(EventProcess process) : ISnapshotable<ClockState>
    {
        public ClockState Save() => new() { Now = process._now };

        public void Restore(in ClockState state) => process._now = state.Now;
    }

    private record struct ClockState : IState
    {
        public VirtualTime Now;

        public void Transfer(StateTransfer transfer) => transfer.Time(ref Now);
    }
}
