using System.Buffers.Binary;
using TestLab.Machines.Bus;
using TestLab.Machines.Devices.Pci;
using TestLab.Processor.Memory;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>A virtio device as a PCI function: one window of registers, one of messages.</summary>
/// <remarks>Source: Virtual I/O Device 1.2, 4.1, without the legacy interface.</remarks>
public sealed class VirtioFunction : PciFunction, IMemoryDevice, IVirtioTransport, ISnapshotable<VirtioFunctionState>
{
    public const uint RegisterWindowBytes = 0x4000;
    public const ulong IndirectDescriptors = 1UL << 28;
    public const ulong EventIndex = 1UL << 29;
    public const ulong Version1 = 1UL << 32;

    private const int RegisterBar = 0;
    private const int MessageBar = 1;
    private const uint CommonOffset = 0x0000;
    private const uint InterruptOffset = 0x1000;
    private const uint DeviceOffset = 0x2000;
    private const uint NotifyOffset = 0x3000;
    private const uint RegionBytes = 0x1000;
    private const uint NotifyMultiplier = 4;
    private const ushort VirtioVendor = 0x1AF4;
    private const ushort ModernDeviceBase = 0x1040;
    private const byte VendorCapability = 0x09;
    private const byte MessageCapability = 0x11;
    private const byte QueueInterrupt = 1;
    private const byte ConfigInterrupt = 2;

    private readonly GuestMemory _memory;
    private readonly InterruptLine _line;
    private readonly VirtioDevice _device;
    private readonly MessageTable _messages;
    private readonly Virtqueue[] _queues;
    private readonly int _messageCapability;
    private readonly int _accessCapability;
    private VirtioFunctionState _state;

    public VirtioFunction(VirtioDevice device, GuestMemory memory, InterruptLine line, IMessageTarget messages)
        : base(new PciIdentity(VirtioVendor, (ushort)(ModernDeviceBase + device.DeviceType), device.ClassCode, 1, VirtioVendor, 0x1100))
    {
        (_memory, _line, _device) = (memory, line, device);
        _messages = new MessageTable(messages);
        _queues = new Virtqueue[device.QueueCount];
        for (int index = 0; index < _queues.Length; index++)
            _queues[index] = new Virtqueue(memory, device.QueueSize, Break);
        _state = new VirtioFunctionState { ConfigVector = Virtqueue.NoVector };
        AddRegion(1, CommonOffset, []);
        AddRegion(3, InterruptOffset, []);
        AddRegion(4, DeviceOffset, []);
        AddRegion(2, NotifyOffset, BitConverter.GetBytes(NotifyMultiplier));
        _accessCapability = AddRegion(5, 0, new byte[4]);
        AllowWrites(_accessCapability + 4, 0x0000_00FF);
        AllowWrites(_accessCapability + 8, uint.MaxValue);
        AllowWrites(_accessCapability + 12, uint.MaxValue);
        _messageCapability = AddMessages();
        device.Attach(this);
    }

    [Flags]
    private enum Status : byte { Acknowledge = 1, Driver = 2, DriverOk = 4, FeaturesOk = 8, NeedsReset = 0x40, Failed = 0x80 }

    private enum Common : uint
    {
        DeviceFeatureSelect = 0x00, DeviceFeature = 0x04, DriverFeatureSelect = 0x08, DriverFeature = 0x0C,
        ConfigVector = 0x10, QueueCount = 0x12, Status = 0x14, Generation = 0x15, QueueSelect = 0x16, QueueSize = 0x18,
        QueueVector = 0x1A, QueueEnable = 0x1C, QueueNotifyOffset = 0x1E, Descriptors = 0x20, DriverRing = 0x28, DeviceRing = 0x30,
    }

    public bool IsRunning => ((Status)_state.Status & (Status.DriverOk | Status.NeedsReset)) == Status.DriverOk;

    public ulong Features => _state.DriverFeatures;

    protected override bool IsInterruptPending => _state.InterruptStatus != 0 && !_messages.Control.IsEnabled;

    private ulong OfferedFeatures => _device.Features | Version1 | IndirectDescriptors | EventIndex;

    private Virtqueue? Selected => _state.QueueSelect < _queues.Length ? _queues[_state.QueueSelect] : null;

    public Virtqueue Queue(int index) => _queues[index];

    public VirtqueueChain NewChain() => new(_memory);

    public override void Connect(MemorySpace memory)
    {
        AddWindow(memory, RegisterBar, RegisterWindowBytes, this);
        AddWindow(memory, MessageBar, MessageTable.WindowBytes, _messages);
    }

    public void SignalUsed(int queue)
    {
        if (IsRunning && _queues[queue].WantsInterrupt()) Interrupt(QueueInterrupt, _queues[queue].Vector);
    }

    public void SignalConfig()
    {
        _state.ConfigGeneration++;
        if (IsRunning) Interrupt(ConfigInterrupt, _state.ConfigVector);
    }

    public ulong Read(ulong offset, int size)
    {
        uint within = (uint)offset % RegionBytes;
        return ((uint)offset - within) switch
        {
            CommonOffset => ReadCommon(within, size),
            InterruptOffset => within == 0 ? TakeInterruptStatus() : 0UL,
            DeviceOffset => ReadDevice((int)within, size),
            _ => 0,
        };
    }

    public void Write(ulong offset, ulong value, int size)
    {
        uint within = (uint)offset % RegionBytes;
        switch ((uint)offset - within)
        {
            case CommonOffset: WriteCommon((Common)within, (uint)value, size); break;
            case DeviceOffset: WriteDevice((int)within, value, size); break;
            case NotifyOffset: NotifyQueue(within / NotifyMultiplier); break;
        }
    }

    public override uint ReadConfig(int offset, int size) =>
        offset == _accessCapability + 16 && AccessWindow(out ulong at, out int length)
            ? (uint)Read(at, length)
            : base.ReadConfig(offset, size);

    public VirtioFunctionState Save() => _state with
    {
        Config = SaveConfig(),
        Queues = [.. _queues.Select(queue => queue.Save())],
        Messages = _messages.Save(),
    };

    public void Restore(in VirtioFunctionState state)
    {
        _state = state;
        RestoreConfig(state.Config);
        for (int index = 0; index < _queues.Length; index++)
        {
            _queues[index].Restore(state.Queues[index]);
            _queues[index].UsesEventIndex = (state.DriverFeatures & EventIndex) != 0;
        }

        _messages.Restore(state.Messages);
        // Messages that wait stay waiting: the control only comes back to what it was.
        ApplyMessageControl();
        DriveLine();
    }

    protected override void ConfigWritten(int offset, int size)
    {
        ApplyMessageControl();
        DriveLine();
        if (offset == _accessCapability + 16 && AccessWindow(out ulong at, out int length))
            Write(at, BinaryPrimitives.ReadUInt32LittleEndian(Config[(_accessCapability + 16)..]), length);
    }

    private int AddRegion(byte kind, uint offset, ReadOnlySpan<byte> rest)
    {
        byte[] content = new byte[14 + rest.Length];
        content[0] = (byte)(content.Length + 2);
        content[1] = kind;
        content[2] = RegisterBar;
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(6), offset);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(10), kind == 5 ? 0 : RegionBytes);
        rest.CopyTo(content.AsSpan(14));
        return AddCapability(VendorCapability, content);
    }

    private int AddMessages()
    {
        byte[] content = new byte[10];
        int vectors = Math.Min(_queues.Length + 1, MessageTable.VectorLimit);
        BinaryPrimitives.WriteUInt16LittleEndian(content, (ushort)(vectors - 1));
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(2), MessageBar);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(6), MessageTable.PendingOffset | MessageBar);
        int offset = AddCapability(MessageCapability, content);
        AllowWrites(offset, 0xC000_0000);
        return offset;
    }

    /// <summary>The window through configuration space (4.1.4.9), if what it names is a register.</summary>
    private bool AccessWindow(out ulong at, out int length)
    {
        ReadOnlySpan<byte> capability = Config[_accessCapability..];
        at = BinaryPrimitives.ReadUInt32LittleEndian(capability[8..]);
        length = BinaryPrimitives.ReadInt32LittleEndian(capability[12..]);
        return capability[4] == RegisterBar && length is 1 or 2 or 4 && at < RegisterWindowBytes;
    }

    private void ApplyMessageControl()
    {
        byte control = Config[_messageCapability + 3];
        _messages.SetControl((control & 0x80) != 0, (control & 0x40) != 0);
    }

    private ulong ReadCommon(uint offset, int size)
    {
        Virtqueue? queue = Selected;
        ulong value = (Common)(offset & ~(offset >= 0x20 ? 4u : 0u)) switch
        {
            Common.DeviceFeatureSelect => _state.DeviceFeatureSelect,
            Common.DeviceFeature => Half(OfferedFeatures, _state.DeviceFeatureSelect),
            Common.DriverFeatureSelect => _state.DriverFeatureSelect,
            Common.DriverFeature => Half(_state.DriverFeatures, _state.DriverFeatureSelect),
            Common.ConfigVector => _state.ConfigVector,
            Common.QueueCount => (uint)_queues.Length,
            Common.Status => _state.Status,
            Common.Generation => _state.ConfigGeneration,
            Common.QueueSelect => _state.QueueSelect,
            Common.QueueSize => queue?.Size ?? 0,
            Common.QueueVector => queue?.Vector ?? Virtqueue.NoVector,
            Common.QueueEnable => queue is { IsEnabled: true } ? 1u : 0,
            Common.QueueNotifyOffset => _state.QueueSelect,
            Common.Descriptors => queue?.Descriptors ?? 0,
            Common.DriverRing => queue?.DriverRing ?? 0,
            Common.DeviceRing => queue?.DeviceRing ?? 0,
            _ => 0,
        };
        return offset >= 0x20 && (offset & 4) != 0 ? value >> 32 : size == 8 ? value : value & (ulong.MaxValue >> (64 - 8 * size));
    }

    private static ulong Half(ulong features, uint select) => select switch
    {
        0 => (uint)features,
        1 => features >> 32,
        _ => 0,
    };

    private void WriteCommon(Common register, uint value, int size)
    {
        Virtqueue? queue = Selected;
        switch (register)
        {
            case Common.DeviceFeatureSelect: _state.DeviceFeatureSelect = value; break;
            case Common.DriverFeatureSelect: _state.DriverFeatureSelect = value; break;
            case Common.DriverFeature: WriteFeatures(value); break;
            case Common.ConfigVector: _state.ConfigVector = CheckVector(value); break;
            case Common.Status: WriteStatus((Status)value); break;
            case Common.QueueSelect: _state.QueueSelect = (ushort)value; break;
            case Common.QueueSize when queue is not null: queue.Size = (ushort)value; break;
            case Common.QueueVector when queue is not null: queue.Vector = CheckVector(value); break;
            case Common.QueueEnable when queue is not null && value == 1: queue.Enable(); break;
            case >= Common.Descriptors and < Common.DeviceRing + 8 when queue is not null && size == 4:
                WriteAddress(queue, (uint)register, value);
                break;
        }
    }

    private ushort CheckVector(uint value) =>
        value < Math.Min(_queues.Length + 1, MessageTable.VectorLimit) ? (ushort)value : Virtqueue.NoVector;

    private void WriteFeatures(uint value)
    {
        if (((Status)_state.Status & Status.FeaturesOk) != 0) return;
        _state.DriverFeatures = _state.DriverFeatureSelect switch
        {
            0 => (_state.DriverFeatures & ~(ulong)uint.MaxValue) | value,
            1 => (uint)_state.DriverFeatures | (ulong)value << 32,
            _ => _state.DriverFeatures,
        };
    }

    private static void WriteAddress(Virtqueue queue, uint offset, uint value)
    {
        int shift = (offset & 4) != 0 ? 32 : 0;
        ulong Merge(ulong address) => (address & ~(0xFFFF_FFFFUL << shift)) | (ulong)value << shift;
        switch ((Common)(offset & ~4u))
        {
            case Common.Descriptors: queue.Descriptors = Merge(queue.Descriptors); break;
            case Common.DriverRing: queue.DriverRing = Merge(queue.DriverRing); break;
            case Common.DeviceRing: queue.DeviceRing = Merge(queue.DeviceRing); break;
        }
    }

    private void WriteStatus(Status value)
    {
        if (value == 0)
        {
            ResetDevice();
            return;
        }

        var before = (Status)_state.Status;
        Status wanted = before | (value & ~Status.NeedsReset);
        bool isAcceptable = (_state.DriverFeatures & ~OfferedFeatures) == 0 && (_state.DriverFeatures & Version1) != 0;
        if ((before & Status.FeaturesOk) == 0 && !isAcceptable) wanted &= ~(Status.FeaturesOk | Status.DriverOk);
        _state.Status = (byte)wanted;
        foreach (Virtqueue queue in _queues) queue.UsesEventIndex = (_state.DriverFeatures & EventIndex) != 0;
        if ((wanted & ~before & Status.DriverOk) != 0) _device.Start();
    }

    private void ResetDevice()
    {
        foreach (Virtqueue queue in _queues) queue.Reset();
        _state = new VirtioFunctionState { ConfigVector = Virtqueue.NoVector };
        _device.Reset();
        DriveLine();
    }

    private ulong ReadDevice(int offset, int size)
    {
        ulong value = 0;
        for (int index = 0; index < size; index++) value |= (ulong)_device.ReadConfig(offset + index) << (8 * index);
        return value;
    }

    private void WriteDevice(int offset, ulong value, int size)
    {
        for (int index = 0; index < size; index++) _device.WriteConfig(offset + index, (byte)(value >> (8 * index)));
    }

    private void NotifyQueue(uint queue)
    {
        if (IsRunning && queue < _queues.Length) _device.Notify((int)queue);
    }

    private byte TakeInterruptStatus()
    {
        byte value = _state.InterruptStatus;
        _state.InterruptStatus = 0;
        DriveLine();
        return value;
    }

    /// <summary>A ring is broken: nothing more happens until the driver resets the device (2.1.2).</summary>
    private void Break()
    {
        bool wasRunning = IsRunning;
        _state.Status |= (byte)Status.NeedsReset;
        if (wasRunning) Interrupt(ConfigInterrupt, _state.ConfigVector);
    }

    private void Interrupt(byte cause, ushort vector)
    {
        if (_messages.Control.IsEnabled)
        {
            if (vector != Virtqueue.NoVector) _messages.Notify(vector);
            return;
        }

        _state.InterruptStatus |= cause;
        DriveLine();
    }

    private void DriveLine() => _line.Set(IsInterruptPending && IsInterruptEnabled);
}
