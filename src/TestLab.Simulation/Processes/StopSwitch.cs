namespace TestLab.Simulation.Processes;

/// <summary>By which a process ends the run from inside, at a virtual time that is the same in every run.</summary>
/// <remarks>
/// Raised at t, the run ends at t plus the notice, with every process exactly there. The notice is a lookahead towards
/// all other processes: none runs further ahead of the owner than that, so a short one costs speed.
/// </remarks>
public sealed class StopSwitch
{
    private VirtualTime _end = VirtualTime.Never;

    internal StopSwitch(LogicalProcess process, string name, long noticeNanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(noticeNanoseconds);
        Process = process;
        Name = name;
        NoticeNanoseconds = noticeNanoseconds;
    }

    public LogicalProcess Process { get; }

    public string Name { get; }

    public long NoticeNanoseconds { get; }

    /// <summary>When the run ends for the switch; never, while it is not raised.</summary>
    public VirtualTime End => _end;

    /// <summary>Ends the run; raised again before that, it changes nothing.</summary>
    public void Raise() => _end = VirtualTime.Min(_end, Process.Now.After(NoticeNanoseconds));

    /// <summary>The run has ended, so that another can go on from there.</summary>
    internal void Clear() => _end = VirtualTime.Never;

    /// <summary>The part of the process's state that the switch has.</summary>
    internal void Transfer(StateTransfer transfer) => transfer.Time(ref _end);
}
