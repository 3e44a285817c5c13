using TestLab.Simulation.Processes;
using TestLab.Simulation.Snapshots;

namespace TestLab.Simulation.Execution;

/// <summary>Runs logical processes through virtual time, on any number of threads with the same result.</summary>
/// <remarks>
/// Between two runs every process stands exactly at <see cref="Now"/>, the cut: processes join and leave, ports are
/// connected, and the whole is saved there. Frames go where a port leads to a process of the same executor; elsewhere
/// they are lost. One thread at a time uses an executor.
/// </remarks>
public sealed class Executor : IDisposable
{
    private readonly ExecutorOptions _options;
    private readonly WorkerThreads _threads;
    private readonly FramePool _pool = new();
    private readonly List<ProcessNode> _nodes = [];
    private ProcessFailedException? _failure;
    private bool _isRunning;
    private bool _isDisposed;

    public Executor(ExecutorOptions? options = null)
    {
        _options = options ?? new ExecutorOptions();
        _options.Check();
        _threads = new WorkerThreads(_options.ThreadCount - 1);
    }

    /// <summary>Where every process stands: what is strictly before has happened.</summary>
    public VirtualTime Now { get; private set; }

    public IEnumerable<LogicalProcess> Processes => _nodes.Select(node => node.Process);

    public ExecutorStatistics Statistics { get; } = new();

    /// <summary>A process joins at the cut, and is brought there.</summary>
    /// <exception cref="InvalidOperationException">There is one of the name, or the process is ahead of the cut.</exception>
    public void Add(LogicalProcess process)
    {
        CheckUsable();
        if (_nodes.Exists(node => node.Process.Name == process.Name))
            throw new InvalidOperationException($"There is a process {process.Name} already.");
        process.Advance(Now);
        var node = new ProcessNode(process);
        if (_options.Record is { } record)
            node.Epochs = new EpochClock(record.EpochNanoseconds, record.For(process.Name));
        _nodes.Add(node);
    }

    /// <summary>A process leaves at the cut; its ports lead nowhere from now on.</summary>
    public void Remove(LogicalProcess process)
    {
        CheckUsable();
        int index = _nodes.FindIndex(node => node.Process == process);
        if (index < 0) throw new InvalidOperationException($"There is no process {process.Name}.");
        foreach (OutputPort port in process.Outputs) port.Disconnect();
        foreach (InputPort port in process.Inputs) port.Source?.Disconnect();
        _nodes.RemoveAt(index);
    }

    /// <summary>Runs to the time, or to a nearer one where a process stops the run or cancellation meets it.</summary>
    /// <returns>All processes stand at its time.</returns>
    /// <exception cref="ProcessFailedException">
    /// A process threw. The others have done everything before that moment, and none is within a window; the executor
    /// cannot go on.
    /// </exception>
    public RunOutcome RunUntil(VirtualTime until, CancellationToken cancellation = default)
    {
        CheckUsable();
        ArgumentOutOfRangeException.ThrowIfLessThan(until, Now);
        ArgumentOutOfRangeException.ThrowIfEqual(until, VirtualTime.Never);
        _isRunning = true;
        try
        {
            Connect();
            while (true)
            {
                VirtualTime slice = _options.Pace is { } pace && !cancellation.IsCancellationRequested
                    ? VirtualTime.Min(until, pace.Await(Now, cancellation))
                    : until;
                RunOutcome outcome = RunSlice(slice, cancellation);
                if (outcome.End != RunEnd.Reached || outcome.Time >= until) return outcome;
            }
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>One hash over all processes and what is on its way between them.</summary>
    public StateHash Hash()
    {
        CheckUsable();
        Drain();
        using var hasher = new StateHasher();
        foreach (ProcessNode node in _nodes)
        {
            hasher.Add(node.Process.Name, []);
            foreach (StatePart part in node.Process.Parts) hasher.Add(part.Name, part.Hash());
        }

        return hasher.Finish();
    }

    /// <summary>Writes the whole simulation at the cut, with what is on its way.</summary>
    public void Save(Stream stream)
    {
        CheckUsable();
        Drain();
        var state = new SimulationState
        {
            Now = Now,
            EpochNanoseconds = _options.Record?.EpochNanoseconds ?? 0,
            Processes = [.. _nodes.Select(node => node.Epochs?.Due ?? VirtualTime.Never)
                .Select(due => new SimulationState.Process { EpochEnd = due })],
        };
        SimulationSnapshot.Save(stream, state, _nodes);
    }

    /// <summary>Takes the state of a simulation with the same processes, in the same order, connected the same way.</summary>
    /// <exception cref="SnapshotException">
    /// The stream is damaged or of another simulation; then this one and its processes are to be thrown away.
    /// </exception>
    public void Restore(Stream stream)
    {
        CheckUsable();
        Drain();
        SimulationState state = SimulationSnapshot.Restore(stream, _nodes);
        Now = state.Now;
        for (int index = 0; index < _nodes.Count; index++)
        {
            if (_nodes[index].Epochs is not { } epochs) continue;
            // Whoever was not recorded may have done something in the epoch under way.
            epochs.Due = state.EpochNanoseconds == _options.Record?.EpochNanoseconds
                ? state.Processes[index].EpochEnd
                : epochs.EndOfEpoch(Now);
        }
    }

    /// <summary>Ends the threads. The processes are the caller's.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _threads.Dispose();
    }

    private RunOutcome RunSlice(VirtualTime until, CancellationToken cancellation)
    {
        var schedule = new Schedule(_nodes, Now, until, _options, Statistics);
        using (cancellation.Register(schedule.Cancel)) _threads.Run(schedule.Work);
        schedule.Finish();
        _failure = _nodes.Select(node => node.Failure).OfType<ProcessFailedException>().MinBy(failure => failure.Time);
        if (_failure is { } failure) throw failure;
        Now = schedule.Cut;
        if (_options.Record is { } record) record.End = Now;
        StopSwitch? stop = _nodes.SelectMany(node => node.Process.StopSwitches).FirstOrDefault(stop => stop.End <= Now);
        foreach (ProcessNode node in _nodes)
            foreach (StopSwitch raised in node.Process.StopSwitches.Where(raised => raised.End <= Now)) raised.Clear();
        if (stop is not null) return new RunOutcome(RunEnd.Stopped, Now, stop);
        return new RunOutcome(schedule.IsCancelled && Now < until ? RunEnd.Cancelled : RunEnd.Reached, Now, null);
    }

    /// <summary>Puts channels where ports have been connected, and takes them away where they no longer are.</summary>
    private void Connect()
    {
        Dictionary<LogicalProcess, ProcessNode> nodes = _nodes.ToDictionary(node => node.Process);
        Drain();
        foreach (ProcessNode node in _nodes)
        {
            node.Inputs.Clear();
            node.Outputs.Clear();
        }

        foreach (ProcessNode sender in _nodes)
        {
            foreach (OutputPort port in sender.Process.Outputs)
            {
                if (port.Target is not { } target) continue;
                if (!nodes.TryGetValue(target.Process, out ProcessNode? receiver)) continue;
                var channel = port.Channel as FrameChannel;
                if (channel?.Target != target || channel.Sender != sender || channel.Receiver != receiver)
                    channel = new FrameChannel(port, target, sender, receiver, _pool);
                port.Channel = channel;
                sender.Outputs.Add(channel);
                receiver.Inputs.Add(channel);
            }
        }
    }

    /// <summary>What is on its way lies in the inboxes.</summary>
    private void Drain()
    {
        foreach (ProcessNode node in _nodes)
            foreach (FrameChannel channel in node.Inputs) channel.Drain();
    }

    private void CheckUsable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isRunning) throw new InvalidOperationException("The simulation is running.");
        if (_failure is { } failure) throw new InvalidOperationException("The simulation has failed.", failure);
    }
}
