using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>One split virtqueue: where its rings are, and how far the device has come in them.</summary>
public record struct VirtqueueState : IState
{
    public ushort Size;
    public bool IsEnabled;
    public ulong Descriptors;
    public ulong DriverRing;
    public ulong DeviceRing;
    public ushort Vector;
    public ushort NextAvailable;
    public ushort NextUsed;

    /// <summary>The used index at the last decision about an interrupt.</summary>
    public ushort LastSignalled;

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt16(ref Size);
        transfer.Require(Size <= Virtqueue.SizeLimit && (Size & (Size - 1)) == 0, "a queue is too long");
        transfer.Boolean(ref IsEnabled);
        transfer.Require(Size != 0 || !IsEnabled, "a queue of no length is enabled");
        transfer.UInt64(ref Descriptors);
        transfer.UInt64(ref DriverRing);
        transfer.UInt64(ref DeviceRing);
        transfer.UInt16(ref Vector);
        transfer.UInt16(ref NextAvailable);
        transfer.UInt16(ref NextUsed);
        transfer.UInt16(ref LastSignalled);
    }
}
