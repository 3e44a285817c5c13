using System.Diagnostics;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Execution;

/// <summary>One run from a cut to the next: which process may run, and how far.</summary>
/// <remarks>
/// A process may do everything strictly before its grant: the lowest promise of its inputs, the horizon, the cut. The
/// horizon is what the owners of stop switches promise all others: the run does not end earlier. Threads take the process
/// that has been ready longest: more promises have come in since, and its window is larger (the one furthest behind first
/// made half as many windows again). A thread that finds none makes a reduction, so that null messages are only made by
/// threads that have nothing better to do; when that finds nothing either and no process runs, all stand at the cut.
/// Every field is guarded by the gate; processes run outside it.
/// </remarks>
internal sealed class Schedule
{
    /// <summary>Looks at the world before a thread is parked; more is poison where threads share processors.</summary>
    private const int SpinCount = 50;

    private readonly object _gate = new();
    private readonly List<ProcessNode> _nodes;
    private readonly List<ProcessNode> _ready = [];
    private readonly PromiseReduction _reduction = new();
    private readonly ExecutorOptions _options;
    private readonly ExecutorStatistics _statistics;
    private readonly VirtualTime _start;
    private VirtualTime _horizon;
    private int _runningCount;
    private int _parkedCount;
    private long _version;
    private long _reducedVersion = -1;
    private bool _isPausing;
    private bool _isOver;

    public Schedule(
        List<ProcessNode> nodes,
        VirtualTime start,
        VirtualTime until,
        ExecutorOptions options,
        ExecutorStatistics statistics)
    {
        _nodes = nodes;
        _start = start;
        _options = options;
        _statistics = statistics;
        Cut = until;
        foreach (ProcessNode node in nodes) node.StandAt(start);
        foreach (ProcessNode node in nodes) ObserveStops(node);
        RaiseHorizon();
        foreach (ProcessNode node in nodes) Wake(node);
    }

    /// <summary>Where the run ends. It comes nearer when a process stops the run or fails, and at cancellation.</summary>
    public VirtualTime Cut { get; private set; }

    public bool IsCancelled { get; private set; }

    /// <summary>Ends the run at the nearest time that all processes can reach.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            if (_isOver) return;
            _isPausing = IsCancelled = true;
            Announce();
        }
    }

    /// <summary>Runs processes until the run is over; called by each of its threads.</summary>
    public void Work()
    {
        while (TryTake() is { } node)
        {
            _options.Interference?.Disturb();
            Run(node);
            _options.Interference?.Disturb();
            lock (_gate) Settle(node);
        }
    }

    /// <summary>Brings those to the cut that had nothing to do before it; for one thread, when the run is over.</summary>
    public void Finish()
    {
        foreach (ProcessNode node in _nodes.Where(node => node.Failure is null))
        {
            Debug.Assert(node.NextTask >= Cut, "The run is over when no process has anything left to do before the cut.");
            Attempt(node, node => node.AdvanceTo(Cut));
        }

        foreach (FrameChannel channel in _nodes.SelectMany(node => node.Inputs)) channel.Drain();
    }

    private void Run(ProcessNode node) => Attempt(node, node => node.RunWindow(_options.WindowNanoseconds));

    /// <summary>Whatever a process throws is its own failure and the end of this run, not of the host.</summary>
    private static void Attempt(ProcessNode node, Action<ProcessNode> step)
    {
        try
        {
            step(node);
        }
        catch (Exception cause)
        {
            node.Failure = new ProcessFailedException(node.Process, cause);
        }
    }

    private ProcessNode? TryTake()
    {
        lock (_gate)
        {
            bool hasSpun = false;
            while (!_isOver)
            {
                if (_isPausing && _runningCount == 0) CutHere();
                if (!_isPausing)
                {
                    if (_parkedCount > 0 && _ready.Count < 2) Reduce();
                    if (TakeReady() is { } node) return node;
                    if (Reduce()) continue;
                    if (_runningCount == 0)
                    {
                        _isOver = true;
                        Monitor.PulseAll(_gate);
                        return null;
                    }
                }

                Wait(ref hasSpun);
            }

            return null;
        }
    }

    private ProcessNode? TakeReady()
    {
        while (_ready.Count > 0)
        {
            int index = _options.Interference?.Pick(_ready.Count) ?? 0;
            ProcessNode node = _ready[index];
            _ready.RemoveAt(index);
            VirtualTime promise = node.LowestPromise();
            VirtualTime grant = Limit(promise);
            if (!node.CanRun(grant))
            {
                // The cut has come nearer since it became ready.
                node.State = NodeState.Blocked;
                continue;
            }

            node.State = NodeState.Running;
            node.Grant = grant;
            node.Earliest = VirtualTime.Max(node.Earliest, VirtualTime.Min(node.NextTask, promise));
            node.NextArrival = VirtualTime.Never;
            _runningCount++;
            _statistics.WindowCount++;
            if (_parkedCount > 0 && _ready.Count > 0) Monitor.Pulse(_gate);
            return node;
        }

        return null;
    }

    /// <summary>A process has come back from its window.</summary>
    private void Settle(ProcessNode node)
    {
        _runningCount--;
        _version++;
        ObserveStops(node);
        foreach (FrameChannel channel in node.Outputs)
            channel.Receiver.NextArrival = VirtualTime.Min(channel.Receiver.NextArrival, channel.Settle());
        if (node.Failure is { } failure)
        {
            node.State = NodeState.Failed;
            Cut = VirtualTime.Min(Cut, failure.Time);
            _statistics.PromiseCount += node.Publish(failure.Time);
        }
        else
        {
            node.State = NodeState.Blocked;
            _statistics.PromiseCount += node.Publish(VirtualTime.Min(node.NextTask, node.LowestPromise()));
        }

        if (node.Process.StopSwitches.Count > 0) RaiseHorizon();
        foreach (FrameChannel channel in node.Outputs) Wake(channel.Receiver);
        Wake(node);
        if (_parkedCount > 0) Monitor.Pulse(_gate);
    }

    private VirtualTime Limit(VirtualTime promise) => VirtualTime.Min(promise, VirtualTime.Min(_horizon, Cut));

    private void Wake(ProcessNode node)
    {
        if (node.State != NodeState.Blocked || !node.CanRun(Limit(node.LowestPromise()))) return;
        node.State = NodeState.Ready;
        _ready.Add(node);
    }

    /// <summary>Finds promises that no process has made yet.</summary>
    /// <returns>True if processes became ready.</returns>
    private bool Reduce()
    {
        if (_version == _reducedVersion) return false;
        _reducedVersion = _version;
        int before = _ready.Count;
        _reduction.Reduce(_nodes);
        RaiseHorizon();
        foreach (ProcessNode node in _nodes) Wake(node);
        _statistics.ReductionCount++;
        if (_runningCount == 0 && before == 0 && _ready.Count > 0) _statistics.IdleJumpCount++;
        return _ready.Count > before;
    }

    private void RaiseHorizon()
    {
        VirtualTime horizon = VirtualTime.Never;
        foreach (ProcessNode node in _nodes)
            foreach (StopSwitch stop in node.Process.StopSwitches)
                horizon = VirtualTime.Min(horizon, node.Earliest.After(stop.NoticeNanoseconds));
        _horizon = VirtualTime.Max(_horizon, horizon);
    }

    private void ObserveStops(ProcessNode node)
    {
        foreach (StopSwitch stop in node.Process.StopSwitches) Cut = VirtualTime.Min(Cut, stop.End);
    }

    /// <summary>The nearest cut is where the process stands that is furthest ahead.</summary>
    private void CutHere()
    {
        VirtualTime furthest = _nodes.Aggregate(_start, (time, node) => VirtualTime.Max(time, node.Position));
        Cut = VirtualTime.Min(Cut, furthest);
        _isPausing = false;
        Announce();
    }

    private void Announce()
    {
        _version++;
        Monitor.PulseAll(_gate);
    }

    private void Wait(ref bool hasSpun)
    {
        if (!hasSpun)
        {
            hasSpun = !SawChange();
            return;
        }

        hasSpun = false;
        long since = _options.HostClock.GetTimestamp();
        _parkedCount++;
        Monitor.Wait(_gate);
        _parkedCount--;
        _statistics.ParkCount++;
        _statistics.ParkedTime += _options.HostClock.GetElapsedTime(since);
    }

    /// <summary>Leaves the gate for a moment.</summary>
    private bool SawChange()
    {
        long version = _version;
        Monitor.Exit(_gate);
        var spin = new SpinWait();
        while (spin.Count < SpinCount && Volatile.Read(ref _version) == version) spin.SpinOnce(sleep1Threshold: -1);
        Monitor.Enter(_gate);
        return _version != version;
    }
}
