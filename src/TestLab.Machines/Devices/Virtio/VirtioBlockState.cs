using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>Requests the disk has accepted and not yet finished.</summary>
public record struct VirtioBlockState : IState
{
    public PendingRequest[] Pending;
    public VirtualTime BusyUntil;

    public static VirtioBlockState PowerOn => new() { Pending = [] };

    public void Transfer(StateTransfer transfer)
    {
        transfer.List(ref Pending, Virtqueue.SizeLimit);
        transfer.Time(ref BusyUntil);
    }

    /// <summary>A request by its first descriptor, and when it is done.</summary>
    public record struct PendingRequest : IState
    {
        public ushort Head;
        public VirtualTime Due;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt16(ref Head);
            transfer.Time(ref Due);
        }
    }
}
