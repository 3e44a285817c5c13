namespace TestLab.Machines.Devices.Virtio;

/// <summary>What a virtio device needs of the bus it sits on.</summary>
public interface IVirtioTransport
{
    /// <summary>True between DRIVER_OK and reset, while nothing is broken.</summary>
    bool IsRunning { get; }

    /// <summary>The features both sides agreed on.</summary>
    ulong Features { get; }

    Virtqueue Queue(int index);

    /// <summary>A buffer to take chains with; valid until the next taking.</summary>
    VirtqueueChain NewChain();

    /// <summary>Interrupts the driver for a queue, if the driver wants that.</summary>
    void SignalUsed(int queue);

    /// <summary>Tells the driver that the device's configuration has changed.</summary>
    void SignalConfig();
}
