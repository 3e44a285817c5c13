using System.Buffers.Binary;
using TestLab.Processor.Memory;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>A split virtqueue, seen from the device. Whatever a driver puts into the rings, a call ends and nothing is thrown.</summary>
/// <remarks>Source: Virtual I/O Device 1.2, 2.7. A ring that breaks its rules calls <c>failed</c>, and the device asks for a reset.</remarks>
public sealed class Virtqueue(GuestMemory memory, ushort maximumSize, Action failed) : ISnapshotable<VirtqueueState>
{
    public const ushort SizeLimit = 256;

    /// <summary>No interrupt vector.</summary>
    public const ushort NoVector = 0xFFFF;

    private const int DescriptorBytes = 16;
    private const int RingHeaderBytes = 4;
    private const int UsedElementBytes = 8;
    private const ushort NextFlag = 1;
    private const ushort WritableFlag = 2;
    private const ushort IndirectFlag = 4;
    private const ushort NoInterruptFlag = 1;

    private VirtqueueState _state = new() { Size = maximumSize, Vector = NoVector };

    public bool IsEnabled => _state.IsEnabled;

    /// <summary>Negotiated: rings say at which index the next notification is wanted (VIRTIO_F_EVENT_IDX).</summary>
    public bool UsesEventIndex { get; set; }

    public ushort Size
    {
        get => _state.Size;
        set
        {
            if (!_state.IsEnabled && value != 0 && value <= maximumSize && (value & (value - 1)) == 0) _state.Size = value;
        }
    }

    public ushort Vector
    {
        get => _state.Vector;
        set => _state.Vector = value;
    }

    public ulong Descriptors
    {
        get => _state.Descriptors;
        set => _state.Descriptors = IsEnabled ? _state.Descriptors : value;
    }

    public ulong DriverRing
    {
        get => _state.DriverRing;
        set => _state.DriverRing = IsEnabled ? _state.DriverRing : value;
    }

    public ulong DeviceRing
    {
        get => _state.DeviceRing;
        set => _state.DeviceRing = IsEnabled ? _state.DeviceRing : value;
    }

    public void Enable() => _state.IsEnabled = true;

    public void Reset() => _state = new VirtqueueState { Size = maximumSize, Vector = NoVector };

    /// <summary>Takes the next request; false when there is none, or the ring is broken.</summary>
    public bool TryTake(VirtqueueChain chain)
    {
        if (!_state.IsEnabled) return false;
        if (!memory.TryReadUInt16(_state.DriverRing + 2, out ushort available)) return Fail();
        ushort waiting = (ushort)(available - _state.NextAvailable);
        if (waiting == 0) return false;
        if (waiting > _state.Size) return Fail();

        ulong slot = (uint)(_state.NextAvailable & (_state.Size - 1));
        if (!memory.TryReadUInt16(_state.DriverRing + RingHeaderBytes + 2 * slot, out ushort head)) return Fail();
        if (!TryOpen(head, chain)) return false;
        _state.NextAvailable++;
        return true;
    }

    /// <summary>Puts the last requests back, the last one first: they will be taken again.</summary>
    public void PutBack(int count) => _state.NextAvailable -= (ushort)count;

    /// <summary>Collects the buffers that hang on a descriptor, also of a request taken long ago.</summary>
    public bool TryOpen(ushort head, VirtqueueChain chain)
    {
        chain.Begin(head);
        Span<byte> descriptor = stackalloc byte[DescriptorBytes];
        ulong table = _state.Descriptors;
        uint tableSize = _state.Size;
        uint index = head;
        bool isIndirect = false;
        int count = 0;
        while (true)
        {
            if (index >= tableSize || !memory.TryRead(table + index * DescriptorBytes, descriptor)) return Fail();
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(descriptor);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]);
            ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[12..]);
            if ((flags & IndirectFlag) != 0)
            {
                // A table in a table, or one with a successor, is forbidden (2.7.5.3.1).
                if (isIndirect || (flags & NextFlag) != 0 || length == 0 || length % DescriptorBytes != 0) return Fail();
                (isIndirect, table, tableSize, index) = (true, address, length / DescriptorBytes, 0);
                continue;
            }

            // A chain longer than the queue is a loop or a breach of 2.7.5.3.1.
            bool isWritable = (flags & WritableFlag) != 0;
            if (++count > _state.Size || (!isWritable && chain.HasWritable) || !memory.IsRam(address, length)) return Fail();
            chain.Add(address, length, isWritable);
            if ((flags & NextFlag) == 0) return true;
            index = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[14..]);
        }
    }

    /// <summary>Hands a request back to the driver.</summary>
    public void Complete(ushort head, uint writtenBytes)
    {
        if (!_state.IsEnabled) return;
        Span<byte> element = stackalloc byte[UsedElementBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(element, head);
        BinaryPrimitives.WriteUInt32LittleEndian(element[4..], writtenBytes);
        ulong slot = (uint)(_state.NextUsed & (_state.Size - 1));
        ushort next = (ushort)(_state.NextUsed + 1);
        if (!memory.TryWrite(_state.DeviceRing + RingHeaderBytes + UsedElementBytes * slot, element)
            || !memory.TryWriteUInt16(_state.DeviceRing + 2, next))
        {
            Fail();
            return;
        }

        _state.NextUsed = next;
    }

    /// <summary>Whether the driver wants to hear of what has been completed since it was last asked.</summary>
    public bool WantsInterrupt()
    {
        ushort before = _state.LastSignalled;
        ushort now = _state.NextUsed;
        if (before == now) return false;
        _state.LastSignalled = now;
        if (!UsesEventIndex)
            return memory.TryReadUInt16(_state.DriverRing, out ushort flags) && (flags & NoInterruptFlag) == 0;

        ulong place = _state.DriverRing + RingHeaderBytes + 2u * _state.Size;
        return memory.TryReadUInt16(place, out ushort wanted) && (ushort)(now - wanted - 1) < (ushort)(now - before);
    }

    /// <summary>Asks the driver to notify when it adds to what has been taken.</summary>
    public void AskForNotification()
    {
        if (!_state.IsEnabled || !UsesEventIndex) return;
        ulong place = _state.DeviceRing + RingHeaderBytes + (ulong)UsedElementBytes * _state.Size;
        if (!memory.TryWriteUInt16(place, _state.NextAvailable)) Fail();
    }

    public VirtqueueState Save() => _state;

    public void Restore(in VirtqueueState state) => _state = state;

    private bool Fail()
    {
        _state.IsEnabled = false;
        failed();
        return false;
    }
}
