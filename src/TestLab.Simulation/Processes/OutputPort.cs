namespace TestLab.Simulation.Processes;

/// <summary>Where frames leave a logical process, each with the moment of its arrival at the other end.</summary>
/// <remarks>
/// The lookahead is a promise: a frame handed over at t arrives at t plus the lookahead or later. Arrivals may be handed
/// over in any order; the receiver sorts by (time, input port, sequence of sending).
/// </remarks>
public sealed class OutputPort
{
    private long _lookaheadNanoseconds;

    /// <summary>What was promised before the lookahead became shorter; nothing arrives earlier.</summary>
    private VirtualTime _promised;

    private ulong _sequence;

    internal OutputPort(LogicalProcess process, string name, int index, long lookaheadNanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lookaheadNanoseconds);
        Process = process;
        Name = name;
        Index = index;
        _lookaheadNanoseconds = lookaheadNanoseconds;
    }

    public LogicalProcess Process { get; }

    public string Name { get; }

    public int Index { get; }

    /// <summary>The shortest time from handing over to arrival, in nanoseconds; positive.</summary>
    public long LookaheadNanoseconds => _lookaheadNanoseconds;

    /// <summary>Where it leads, if it is connected.</summary>
    public InputPort? Target { get; private set; }

    /// <summary>The channel that the executor has put between the ends; without one, frames are lost.</summary>
    internal IFrameChannel? Channel { get; set; }

    /// <summary>Leads to the input port from now on.</summary>
    /// <exception cref="InvalidOperationException">One of the ends is connected already.</exception>
    public void Connect(InputPort target)
    {
        if (Target is not null || target.Source is not null)
        {
            throw new InvalidOperationException(
                $"{Process.Name}/{Name} or {target.Process.Name}/{target.Name} is connected already.");
        }

        (Target, target.Source) = (target, this);
    }

    /// <summary>Leads nowhere from now on; what is on its way still arrives.</summary>
    public void Disconnect()
    {
        if (Target is { } target) target.Source = null;
        (Target, Channel) = (null, null);
    }

    /// <summary>Hands a copy of the content over.</summary>
    /// <param name="arrival">At least the process's present plus the lookahead.</param>
    /// <param name="content">At most <see cref="Frame.LimitBytes"/>.</param>
    /// <exception cref="BrokenPromiseException">The arrival is earlier than that.</exception>
    public void Send(VirtualTime arrival, ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, Frame.LimitBytes);
        if (arrival < VirtualTime.Max(_promised, Process.Now.After(_lookaheadNanoseconds))) ThrowBrokenPromise(arrival);
        Channel?.Send(arrival, _sequence, content);
        _sequence++;
    }

    /// <summary>The link behind the port becomes shorter or longer.</summary>
    /// <returns>
    /// From when on frames may be handed over that near: shortened by d, in d nanoseconds from now, since what was
    /// promised before the change cannot be taken back; lengthened, at once.
    /// </returns>
    public VirtualTime ChangeLookahead(long nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nanoseconds);
        _promised = VirtualTime.Max(_promised, Process.Now.After(_lookaheadNanoseconds));
        _lookaheadNanoseconds = nanoseconds;
        return VirtualTime.Max(Process.Now, new VirtualTime(Math.Max(0, _promised.Nanoseconds - nanoseconds)));
    }

    /// <summary>The part of the process's state that the port has.</summary>
    internal void Transfer(StateTransfer transfer)
    {
        transfer.Int64(ref _lookaheadNanoseconds);
        transfer.Require(_lookaheadNanoseconds > 0, "a lookahead is not positive");
        transfer.Time(ref _promised);
        transfer.UInt64(ref _sequence);
    }

    private void ThrowBrokenPromise(VirtualTime arrival) => throw new BrokenPromiseException(
        $"{Process.Name}/{Name} hands over a frame at {Process.Now} that arrives at {arrival}; its lookahead is "
        + $"{_lookaheadNanoseconds} ns and nothing was to arrive before {_promised}.");
}
