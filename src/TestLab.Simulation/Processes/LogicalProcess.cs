namespace TestLab.Simulation.Processes;

/// <summary>A part of a lab that shares nothing: a machine, a segment, the conductor of the steps.</summary>
/// <remarks>
/// All it does is a function of its state at the start and of the frames that reach its input ports, in the order
/// (time, port, sequence). Nothing else may reach it: no host clock, no thread, no file, no order of a hash table. The
/// executor calls it from one thread at a time.
/// </remarks>
public abstract class LogicalProcess
{
    /// <summary>Frames that have not arrived; at one time of two runs they may differ by those that arrive later.</summary>
    private const string InboxPart = "inbox";

    private readonly List<InputPort> _inputs = [];
    private readonly List<OutputPort> _outputs = [];
    private readonly List<StopSwitch> _stopSwitches = [];
    private readonly List<StatePart> _parts = [];
    private readonly Inbox _inbox;

    /// <param name="name">Its path in the lab, unique there: the key of its random streams and of its hash.</param>
    /// <param name="events">The queue of the process, if parts of it were made before.</param>
    protected LogicalProcess(string name, EventQueue? events = null)
    {
        Name = name;
        Events = events ?? new EventQueue();
        _inbox = new Inbox(this);
        AddPart(InboxPart, _inbox);
        AddPart("ports", new Ports(this));
    }

    public string Name { get; }

    /// <summary>The timers of all parts of the process.</summary>
    public EventQueue Events { get; }

    /// <summary>Within <see cref="Advance"/>: the present. Between two calls: everything strictly before it has happened.</summary>
    public abstract VirtualTime Now { get; }

    /// <summary>The earliest moment at which it does anything if nothing more arrives; never, if it does not.</summary>
    public abstract VirtualTime NextAction { get; }

    public IReadOnlyList<InputPort> Inputs => _inputs;

    public IReadOnlyList<OutputPort> Outputs => _outputs;

    public IReadOnlyList<StopSwitch> StopSwitches => _stopSwitches;

    /// <summary>What its state consists of, in the order of saving.</summary>
    public IReadOnlyList<StatePart> Parts => _parts;

    /// <summary>Does everything that happens strictly before the time.</summary>
    /// <remarks>In how many calls the time passes is not seen from inside.</remarks>
    public abstract void Advance(VirtualTime until);

    /// <summary>A frame that will arrive, at the process's present or later; the process owns it from now on.</summary>
    /// <param name="sequence">Rises with every frame sent to the port.</param>
    public virtual void Accept(InputPort port, VirtualTime arrival, ulong sequence, Frame frame) =>
        _inbox.Add(port, arrival, sequence, frame);

    public InputPort AddInput(string name, FrameHandler received)
    {
        var port = new InputPort(this, name, _inputs.Count, received);
        _inputs.Add(port);
        return port;
    }

    /// <param name="lookaheadNanoseconds">The shortest time from handing a frame over to its arrival; positive.</param>
    public OutputPort AddOutput(string name, long lookaheadNanoseconds)
    {
        var port = new OutputPort(this, name, _outputs.Count, lookaheadNanoseconds);
        _outputs.Add(port);
        return port;
    }

    /// <param name="name">What stops the run, for people.</param>
    /// <param name="noticeNanoseconds">From raising to the end of the run; positive, see <see cref="StopSwitch"/>.</param>
    public StopSwitch AddStopSwitch(string name, long noticeNanoseconds)
    {
        var stop = new StopSwitch(this, name, noticeNanoseconds);
        _stopSwitches.Add(stop);
        return stop;
    }

    /// <summary>Makes the part's state a part of the process's state: saved, restored and hashed with it.</summary>
    public void AddPart<TState>(string name, ISnapshotable<TState> part)
        where TState : struct, IState =>
        _parts.Add(StatePart.Of(name, part));

    /// <summary>The same for what is too large for one record, as memory and disks.</summary>
    public void AddPart(string name, IBulkState part) => _parts.Add(StatePart.Of(name, part));

    /// <summary>
    /// What has happened strictly before the present, part by part: the frames delivered at each port, then the state.
    /// </summary>
    /// <remarks>
    /// Called at the boundary of each epoch in which the process did anything, so it is to be cheap: a large part keeps
    /// its hash up to date and rehashes what has changed. Equal runs have equal hashes whoever ran ahead; so frames that
    /// have not arrived do not count.
    /// </remarks>
    public virtual IEnumerable<PartHash> HashParts()
    {
        foreach (InputPort port in _inputs) yield return new PartHash($"frames to {port.Name}", port.Digest.Hash);
        foreach (StatePart part in _parts)
            if (part.Name != InboxPart) yield return new PartHash(part.Name, part.Hash());
    }

    /// <summary>The same at a cut, where all processes stand at one time: what is on its way counts as well.</summary>
    internal IEnumerable<PartHash> HashPartsAtCut()
    {
        foreach (PartHash part in HashParts()) yield return part;
        foreach (StatePart part in _parts)
            if (part.Name == InboxPart) yield return new PartHash(part.Name, part.Hash());
    }
}
