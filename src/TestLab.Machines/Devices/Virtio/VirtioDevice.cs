namespace TestLab.Machines.Devices.Virtio;

/// <summary>A kind of virtio device: its features, its configuration, and what it does with its queues.</summary>
public abstract class VirtioDevice
{
    private IVirtioTransport? _transport;

    /// <summary>The device type (Virtual I/O Device 1.2, chapter 5).</summary>
    public abstract ushort DeviceType { get; }

    /// <summary>The PCI class code.</summary>
    public abstract uint ClassCode { get; }

    /// <summary>Features beside those of every queue.</summary>
    public virtual ulong Features => 0;

    public abstract int QueueCount { get; }

    public virtual ushort QueueSize => Virtqueue.SizeLimit;

    protected IVirtioTransport Transport =>
        _transport ?? throw new InvalidOperationException("The device is not plugged in.");

    public void Attach(IVirtioTransport transport) => _transport = transport;

    /// <summary>A byte of the device's configuration; zero beyond its end.</summary>
    public virtual byte ReadConfig(int offset) => 0;

    public virtual void WriteConfig(int offset, byte value)
    {
    }

    /// <summary>The driver has added requests to a queue.</summary>
    public abstract void Notify(int queue);

    /// <summary>The driver has started; input that waited may go.</summary>
    public virtual void Start()
    {
    }

    /// <summary>Forgets everything that is under way.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>Forgets input from outside that waits for the guest; a reset by the driver keeps it.</summary>
    public virtual void DropInput()
    {
    }
}
