using TestLab.Machines.Devices.Network;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Processes;

/// <summary>A network card's place in the wall of its machine: where frames come in, and what the cable is that takes them out.</summary>
public sealed class CardPort : IFrameSink
{
    private readonly MachineProcess _process;
    private readonly int _index;

    internal CardPort(MachineProcess process, MacAddress address, int index)
    {
        (_process, Address, _index) = (process, address, index);
        Input = process.AddInput($"net{index}", (_, frame) => process.Machine.Networks[_index].Receive(frame));
    }

    public MacAddress Address { get; }

    /// <summary>Frames for the guest, each at the time of its arrival.</summary>
    public InputPort Input { get; }

    /// <summary>What the guest sends goes there: a part of the machine's process, as a link direction is; without one it is lost.</summary>
    public IFrameSink? Cable { get; set; }

    /// <summary>Whether the cable is plugged in, as the guest sees it; to be set within the process's own events.</summary>
    public bool HasCarrier
    {
        get => _process.Machine.Networks[_index].HasCarrier;
        set => _process.Machine.Networks[_index].HasCarrier = value;
    }

    public NetworkStatistics Statistics => _process.Machine.Networks[_index].Statistics;

    void IFrameSink.Send(VirtualTime now, ReadOnlySpan<byte> frame) => Cable?.Send(now, frame);
}
