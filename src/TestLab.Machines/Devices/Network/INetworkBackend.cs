using TestLab.Simulation;

namespace TestLab.Machines.Devices.Network;

/// <summary>The cable in a network card: where frames go that the guest sends.</summary>
public interface INetworkBackend
{
    /// <summary>The largest frame, without its checksum: that of a 64 KiB offload with its headers.</summary>
    const int FrameLimitBytes = 65_550;

    /// <param name="time">When the card hands the frame over.</param>
    /// <param name="frame">From the destination address on, without checksum; valid during the call.</param>
    void Send(VirtualTime time, ReadOnlySpan<byte> frame);
}
