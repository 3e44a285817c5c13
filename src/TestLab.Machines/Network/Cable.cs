using TestLab.Machines.Devices.Network;
using TestLab.Machines.Devices.Virtio;
using TestLab.Simulation;

namespace TestLab.Machines.Network;

/// <summary>A cable between two network cards: every frame arrives a fixed time after it was sent.</summary>
/// <remarks>The latency is also the lookahead: how far one machine may run without hearing of the other.</remarks>
public sealed class Cable
{
    /// <summary>The pipelines of two cards and the smallest frame at 100 Mbit/s: there is no Ethernet below it.</summary>
    public const long DefaultLatencyNanoseconds = 20_000;

    private readonly End _first = new();
    private readonly End _second = new();

    public Cable(long latencyNanoseconds = DefaultLatencyNanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latencyNanoseconds);
        LatencyNanoseconds = _first.LatencyNanoseconds = _second.LatencyNanoseconds = latencyNanoseconds;
    }

    public long LatencyNanoseconds { get; }

    /// <summary>What the first machine's options name as its card's backend.</summary>
    public INetworkBackend First => _first;

    public INetworkBackend Second => _second;

    /// <summary>Plugs the ends in; both machines exist by now.</summary>
    public void Connect(VirtioNetwork first, VirtioNetwork second) => (_first.Peer, _second.Peer) = (second, first);

    private sealed class End : INetworkBackend
    {
        public long LatencyNanoseconds { get; set; }

        public VirtioNetwork? Peer { get; set; }

        public void Send(VirtualTime time, ReadOnlySpan<byte> frame) => Peer?.Deliver(time.After(LatencyNanoseconds), frame);
    }
}
