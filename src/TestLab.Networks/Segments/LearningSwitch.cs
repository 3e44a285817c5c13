using System.Diagnostics;
using TestLab.Networks.Collections;
using TestLab.Networks.Packets;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Segments;

/// <summary>A store-and-forward Ethernet switch: it learns who is where, and floods what it does not know.</summary>
/// <remarks>
/// Where a frame goes is decided at its arrival; it leaves one latency later, to the ports in the order of their
/// plugging in. Tags of virtual networks are passed on; an address is learned for each network by itself.
/// </remarks>
public sealed class LearningSwitch
{
    public const int PortLimit = 4_096;
    public const int LargestTableLimit = 1 << 20;
    public const int LargestBufferLimitBytes = 1 << 30;

    /// <summary>What a frame inside the switch costs at least, so that small ones are bounded too.</summary>
    internal const int FrameCostBytes = 64;

    private const int Flood = -1;
    private const int Nowhere = -2;
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Addresses from 01-80-C2-00-00-00 on that bridges keep to themselves (IEEE 802.1D, 7.12.6).</summary>
    private const ulong ReservedGroups = 0x0180_C200_0000;
    private const ulong ReservedGroupsMask = 0xFFFF_FFFF_FFF0;

    private readonly SwitchOptions _options;
    private readonly List<SwitchPort> _ports = [];
    private readonly RecencyMap<ulong, Place> _table;
    private readonly Queue<Passage> _passages = [];
    private readonly FramePool _pool = new();
    private readonly EventTimer _timer;
    private int _bufferedBytes;
    private ulong _passageCount;
    private ulong _unlearned;

    /// <param name="events">The queue of the process it is part of.</param>
    public LearningSwitch(EventQueue events, SwitchOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.LatencyNanoseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.TableLimit, LargestTableLimit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BufferLimitBytes, LargestBufferLimitBytes);
        _options = options;
        _table = new RecencyMap<ulong, Place>(options.TableLimit);
        _timer = events.CreateTimer("switch", Forward);
    }

    public IReadOnlyList<SwitchPort> Ports => _ports;

    /// <summary>How many addresses it remembers at the moment, aged ones among them.</summary>
    public int TableCount => _table.Count;

    /// <summary>How often an address found no room in the table.</summary>
    public ulong Unlearned => _unlearned;

    /// <summary>The sum over all ports.</summary>
    public PortCounters Counters => _ports.Aggregate(default(PortCounters), (sum, port) => sum + port.Counters);

    internal ISnapshotable<SwitchState> State => new Memory(this);

    /// <exception cref="InvalidOperationException">All sockets are taken.</exception>
    public SwitchPort AddPort(string name)
    {
        if (_ports.Count == PortLimit) throw new InvalidOperationException($"A switch has at most {PortLimit} ports.");
        var port = new SwitchPort(this, name, _ports.Count);
        _ports.Add(port);
        return port;
    }

    /// <summary>Forgets who was heard at the port, as when its cable is pulled.</summary>
    public void Forget(SwitchPort port)
    {
        foreach ((ulong key, Place place) in _table.OldestFirst().ToArray())
        {
            if (place.Port == port.Index) _table.Remove(key);
        }
    }

    internal void Receive(SwitchPort port, VirtualTime now, ReadOnlySpan<byte> frame)
    {
        ref PortCounters counts = ref port.Counts;
        counts.FramesIn++;
        counts.BytesIn += (ulong)frame.Length;
        if (!EthernetPacket.TryParse(frame, out EthernetPacket packet))
        {
            counts.Runts++;
            return;
        }

        // Up to two tags pass besides the payload.
        bool isTagged = frame.Length - packet.Payload.Length > EthernetPacket.HeaderBytes;
        int tagBytes = isTagged ? 2 * EthernetPacket.TagBytes : 0;
        if (frame.Length > _options.MtuBytes + EthernetPacket.HeaderBytes + tagBytes)
        {
            counts.Giants++;
            return;
        }

        if (packet.Source.IsGroup || packet.Source.Value == 0)
        {
            counts.BadSources++;
            return;
        }

        Learn(port, now, KeyOf(packet.VlanId, packet.Source));
        int destination = Decide(port, now, packet);
        if (destination == Nowhere) return;
        int cost = Math.Max(frame.Length, FrameCostBytes);
        if (_bufferedBytes + cost > _options.BufferLimitBytes)
        {
            counts.Overflows++;
            return;
        }

        _bufferedBytes += cost;
        _passages.Enqueue(new Passage(now.After(_options.LatencyNanoseconds), port, destination, _pool.Rent(frame)));
        if (!_timer.IsArmed) _timer.Arm(_passages.Peek().Due);
    }

    private static ulong KeyOf(ushort vlanId, HardwareAddress address) => (ulong)vlanId << 48 | address.Value;

    private static bool MayHear(SwitchPort source, SwitchPort listener) =>
        listener != source && listener.Sink is not null && !(source.IsIsolated && listener.IsIsolated);

    private void Learn(SwitchPort port, VirtualTime now, ulong key)
    {
        var place = new Place(port.Index, now);
        if (_table.TrySet(key, place)) return;
        if (_table.TryGetOldest(out ulong oldest, out Place old) && HasAged(old, now))
        {
            _table.Remove(oldest);
            _table.TrySet(key, place);
        }
        else
        {
            _unlearned++;
        }
    }

    private bool HasAged(Place place, VirtualTime now) => now.Since(place.Heard) > _options.AgingNanoseconds;

    private int Decide(SwitchPort port, VirtualTime now, in EthernetPacket packet)
    {
        if ((packet.Destination.Value & ReservedGroupsMask) == ReservedGroups)
        {
            port.Counts.Filtered++;
            return Nowhere;
        }

        if (!packet.Destination.IsGroup && _table.TryGet(KeyOf(packet.VlanId, packet.Destination), out Place place)
            && !HasAged(place, now))
        {
            if (MayHear(port, _ports[place.Port])) return place.Port;
            // An observer of the port hears even what stays at it.
            port.Counts.Filtered++;
            return port.Mirror is null ? Nowhere : port.Index;
        }

        return MayFlood(port, now) ? Flood : Nowhere;
    }

    private bool MayFlood(SwitchPort port, VirtualTime now)
    {
        long millisecond = now.Nanoseconds / NanosecondsPerMillisecond;
        if (millisecond != port.FloodMillisecond) (port.FloodMillisecond, port.FloodsInMillisecond) = (millisecond, 0);
        if (port.FloodsInMillisecond == _options.FloodLimitPerMillisecond)
        {
            port.Counts.Storms++;
            return false;
        }

        port.FloodsInMillisecond++;
        return true;
    }

    private void Forward(VirtualTime now)
    {
        while (_passages.TryPeek(out Passage passage) && passage.Due <= now)
        {
            _passages.Dequeue();
            _bufferedBytes -= Math.Max(passage.Frame.Length, FrameCostBytes);
            Forward(now, passage);
            passage.Frame.Release();
        }

        if (_passages.TryPeek(out Passage next)) _timer.Arm(next.Due);
    }

    private void Forward(VirtualTime now, in Passage passage)
    {
        _passageCount++;
        ReadOnlySpan<byte> content = passage.Frame.Content;
        passage.Source.LastPassage = _passageCount;
        if (passage.Destination == Flood)
        {
            foreach (SwitchPort port in _ports) Deliver(now, passage.Source, port, content);
        }
        else
        {
            Deliver(now, passage.Source, _ports[passage.Destination], content);
        }

        Copy(now, passage.Source.Mirror, content);
        if (passage.Destination >= 0)
        {
            Copy(now, _ports[passage.Destination].Mirror, content);
            return;
        }

        foreach (SwitchPort port in _ports)
        {
            if (port.LastPassage == _passageCount) Copy(now, port.Mirror, content);
        }
    }

    private void Deliver(VirtualTime now, SwitchPort source, SwitchPort port, ReadOnlySpan<byte> content)
    {
        if (!MayHear(source, port)) return;
        port.LastPassage = _passageCount;
        port.Counts.FramesOut++;
        port.Counts.BytesOut += (ulong)content.Length;
        port.Sink?.Send(now, content);
    }

    private void Copy(VirtualTime now, SwitchPort? observer, ReadOnlySpan<byte> content)
    {
        if (observer is null || observer.LastPassage == _passageCount) return;
        observer.LastPassage = _passageCount;
        observer.Counts.Mirrored++;
        observer.Sink?.Send(now, content);
    }

    private readonly record struct Place(int Port, VirtualTime Heard);

    private readonly record struct Passage(VirtualTime Due, SwitchPort Source, int Destination, Frame Frame);

    /// <summary>The state, whose record is nobody else's business.</summary>
    private sealed class Memory(LearningSwitch owner) : ISnapshotable<SwitchState>
    {
        public SwitchState Save() => new()
        {
            Unlearned = owner._unlearned,
            Ports = [.. owner._ports.Select(port => new SwitchState.Port
            {
                IsIsolated = port.IsIsolated,
                Mirror = port.Mirror?.Index ?? Nowhere,
                FloodMillisecond = port.FloodMillisecond,
                FloodsInMillisecond = port.FloodsInMillisecond,
                Counters = port.Counters,
            })],
            Addresses = [.. owner._table.OldestFirst().Select(entry => new SwitchState.Address
            {
                Key = entry.Key,
                Port = entry.Value.Port,
                Heard = entry.Value.Heard,
            })],
            Passages = [.. owner._passages.Select(passage => new SwitchState.Passage
            {
                Due = passage.Due,
                Source = passage.Source.Index,
                Destination = passage.Destination,
                Content = passage.Frame.Content.ToArray(),
            })],
        };

        public void Restore(in SwitchState state)
        {
            if (state.Ports.Length != owner._ports.Count)
                throw new SnapshotException("The snapshot is of a switch with another number of ports.");
            owner._unlearned = state.Unlearned;
            for (int index = 0; index < state.Ports.Length; index++) Restore(owner._ports[index], state.Ports[index]);
            owner._table.Clear();
            foreach (SwitchState.Address address in state.Addresses)
                owner._table.TrySet(address.Key, new Place(PortAt(address.Port).Index, address.Heard));
            owner._passages.Clear();
            owner._bufferedBytes = 0;
            foreach (SwitchState.Passage passage in state.Passages)
            {
                int destination = passage.Destination == Flood ? Flood : PortAt(passage.Destination).Index;
                Frame frame = owner._pool.Rent(passage.Content);
                owner._passages.Enqueue(new Passage(passage.Due, PortAt(passage.Source), destination, frame));
                owner._bufferedBytes += Math.Max(frame.Length, FrameCostBytes);
            }

            owner._timer.Arm(owner._passages.TryPeek(out Passage first) ? first.Due : VirtualTime.Never);
        }

        private void Restore(SwitchPort port, in SwitchState.Port state)
        {
            port.IsIsolated = state.IsIsolated;
            port.Mirror = state.Mirror == Nowhere ? null : PortAt(state.Mirror);
            port.FloodMillisecond = state.FloodMillisecond;
            port.FloodsInMillisecond = state.FloodsInMillisecond;
            port.Counts = state.Counters;
        }

        private SwitchPort PortAt(int index) => (uint)index < (uint)owner._ports.Count
            ? owner._ports[index]
            : throw new SnapshotException("The snapshot is damaged: a switch has no such port.");
    }
}
