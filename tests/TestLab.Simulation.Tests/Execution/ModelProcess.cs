using System.Buffers.Binary;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A process whose state depends on every frame, its time and its order.</summary>
internal class ModelProcess : EventProcess, ISnapshotable<ModelState>
{
    private const int FrameBytes = 24;

    private readonly RandomStream _random;
    private readonly EventTimer _timer;
    private readonly long _periodNanoseconds;
    private ulong _sum;

    public ModelProcess(string name, ulong seed, long periodNanoseconds)
        : base(name)
    {
        _random = new RandomStream(seed, name, "model");
        _timer = Events.CreateTimer("beat", Beat);
        _periodNanoseconds = periodNanoseconds;
        _timer.Arm(new VirtualTime(1 + (long)_random.NextBelow((ulong)periodNanoseconds)));
        AddPart("model", this);
    }

    public ulong ReceivedCount { get; private set; }

    /// <summary>For the tests that break things.</summary>
    public Action<ModelProcess>? Acting { get; set; }

    /// <summary>Makes its state another one.</summary>
    public void Disturb() => Mix(1);

    public void AddInput() => AddInput($"in{Inputs.Count}", (time, content) => Receive(time, content));

    public ModelState Save() =>
        new() { Due = _timer.Due, RandomIndex = _random.Index, Sum = _sum, ReceivedCount = ReceivedCount };

    public void Restore(in ModelState state)
    {
        _timer.Arm(state.Due);
        _random.Index = state.RandomIndex;
        _sum = state.Sum;
        ReceivedCount = state.ReceivedCount;
    }

    protected virtual VirtualTime NearestArrival(OutputPort port) => Now.After(port.LookaheadNanoseconds);

    private void Beat(VirtualTime now)
    {
        Acting?.Invoke(this);
        Mix((ulong)now.Nanoseconds);
        Send(hops: 3);
        _timer.Arm(now.After(1 + (long)_random.NextBelow(2 * (ulong)_periodNanoseconds)));
    }

    private void Receive(VirtualTime now, ReadOnlySpan<byte> content)
    {
        ReceivedCount++;
        Mix((ulong)now.Nanoseconds);
        Mix(BinaryPrimitives.ReadUInt64LittleEndian(content));
        int hops = BinaryPrimitives.ReadInt32LittleEndian(content[8..]);
        if (hops > 0) Send(hops - 1);
    }

    /// <summary>Times are coarse, so that many frames arrive at one moment.</summary>
    private void Send(int hops)
    {
        if (Outputs.Count == 0) return;
        OutputPort port = Outputs[(int)_random.NextBelow((ulong)Outputs.Count)];
        Span<byte> content = stackalloc byte[FrameBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(content, _sum);
        BinaryPrimitives.WriteInt32LittleEndian(content[8..], hops);
        VirtualTime arrival = NearestArrival(port).After((long)_random.NextBelow(30));
        port.Send(new VirtualTime((arrival.Nanoseconds + 9) / 10 * 10), content);
    }

    private void Mix(ulong value) => _sum = (_sum ^ value) * 0x9E37_79B9_7F4A_7C15 + 1;
}
