using TestLab.Machines.Devices.Pci;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>What every virtio function has beside its device: configuration space, common registers, queues, messages.</summary>
public record struct VirtioFunctionState : IState
{
    public byte[] Config;
    public byte Status;
    public byte InterruptStatus;
    public uint DeviceFeatureSelect;
    public uint DriverFeatureSelect;
    public ulong DriverFeatures;
    public ushort ConfigVector;
    public ushort QueueSelect;
    public VirtqueueState[] Queues;
    public MessageTableState Messages;

    /// <summary>Changes when the device's configuration does, so that a driver reads it again.</summary>
    public byte ConfigGeneration;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Bytes(Config);
        transfer.Byte(ref Status);
        transfer.Byte(ref InterruptStatus);
        transfer.UInt32(ref DeviceFeatureSelect);
        transfer.UInt32(ref DriverFeatureSelect);
        transfer.UInt64(ref DriverFeatures);
        transfer.UInt16(ref ConfigVector);
        transfer.UInt16(ref QueueSelect);
        foreach (ref VirtqueueState queue in Queues.AsSpan()) queue.Transfer(transfer);
        Messages.Transfer(transfer);
        transfer.Byte(ref ConfigGeneration);
    }
}
