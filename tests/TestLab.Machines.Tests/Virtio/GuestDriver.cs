using System.Buffers.Binary;

namespace TestLab.Machines.Tests.Virtio;

/// <summary>The guest's side of one virtio function: registers and rings, as a kernel's driver uses them.</summary>
internal sealed class GuestDriver
{
    public const ulong Version1 = 1UL << 32, EventIndex = 1UL << 29, Indirect = 1UL << 28;
    public const ushort QueueSize = 8;

    private const ulong RingArea = 0x10_0000;
    private const ulong QueueArea = 0x1_0000;
    private readonly MachineBench _bench;
    private readonly ushort[] _available = new ushort[40];
    private readonly ushort[] _used = new ushort[40];

    public GuestDriver(MachineBench bench, ushort deviceType)
    {
        _bench = bench;
        Slot = bench.SlotOf(deviceType);
        Registers = bench.ReadConfig(Slot, 0x10) & ~0xFu;
        Messages = bench.ReadConfig(Slot, 0x14) & ~0xFu;
    }

    public int Slot { get; }

    public ulong Registers { get; }

    public ulong Messages { get; }

    public byte Status
    {
        get => (byte)_bench.Bus.ReadDevice(Registers + 0x14, 1);
        set => _bench.Bus.WriteDevice(Registers + 0x14, value, 1);
    }

    public ulong DescriptorsOf(int queue) => RingArea + (ulong)queue * QueueArea;

    public ulong DriverRingOf(int queue) => DescriptorsOf(queue) + 0x1000;

    public ulong DeviceRingOf(int queue) => DescriptorsOf(queue) + 0x2000;

    public void Start(ulong features, params int[] queues)
    {
        Status = 0;
        Array.Clear(_available);
        Array.Clear(_used);
        Status = 1 | 2;
        for (uint half = 0; half < 2; half++)
        {
            _bench.Bus.WriteDevice(Registers + 0x08, half, 4);
            _bench.Bus.WriteDevice(Registers + 0x0C, (uint)((features | Version1) >> (int)(32 * half)), 4);
        }

        Status |= 8;
        Assert.That(Status & 8, Is.Not.Zero, "features accepted");
        foreach (int queue in queues) Enable(queue);
        Status |= 4;
    }

    public void Enable(int queue)
    {
        _bench.Memory.TryWrite(DescriptorsOf(queue), new byte[0x3000]);
        _bench.Bus.WriteDevice(Registers + 0x16, (ulong)queue, 2);
        _bench.Bus.WriteDevice(Registers + 0x18, QueueSize, 2);
        foreach ((ulong offset, ulong address) in new[] { (0x20UL, DescriptorsOf(queue)), (0x28UL, DriverRingOf(queue)), (0x30UL, DeviceRingOf(queue)) })
        {
            _bench.Bus.WriteDevice(Registers + offset, (uint)address, 4);
            _bench.Bus.WriteDevice(Registers + offset + 4, address >> 32, 4);
        }

        _bench.Bus.WriteDevice(Registers + 0x1A, (ulong)queue + 1, 2);
        _bench.Bus.WriteDevice(Registers + 0x1C, 1, 2);
    }

    public void Describe(ulong table, int index, ulong address, uint length, ushort flags, ushort next = 0)
    {
        byte[] descriptor = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(8), length);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(12), flags);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(14), next);
        _bench.Memory.TryWrite(table + (ulong)index * 16, descriptor);
    }

    /// <summary>Puts buffers into consecutive descriptors from the head on, and the head into the ring.</summary>
    public void Add(int queue, ushort head, params (ulong Address, uint Length, bool IsWritable)[] buffers)
    {
        for (int index = 0; index < buffers.Length; index++)
        {
            bool isLast = index == buffers.Length - 1;
            (ulong address, uint length, bool isWritable) = buffers[index];
            Describe(DescriptorsOf(queue), head + index, address, length, (ushort)((isWritable ? 2 : 0) | (isLast ? 0 : 1)), (ushort)(head + index + 1));
        }

        Offer(queue, head);
    }

    public void Offer(int queue, ushort head)
    {
        _bench.Memory.TryWriteUInt16(DriverRingOf(queue) + 4 + 2u * (_available[queue] % (uint)QueueSize), head);
        _bench.Memory.TryWriteUInt16(DriverRingOf(queue) + 2, ++_available[queue]);
    }

    public void Notify(int queue) => _bench.Bus.WriteDevice(Registers + 0x3000 + 4 * (ulong)queue, (ulong)queue, 2);

    /// <summary>The next completed request.</summary>
    public (uint Head, uint Length)? Take(int queue)
    {
        _bench.Memory.TryReadUInt16(DeviceRingOf(queue) + 2, out ushort used);
        if (used == _used[queue]) return null;
        ulong element = DeviceRingOf(queue) + 4 + 8u * (_used[queue]++ % (uint)QueueSize);
        _bench.Memory.TryReadUInt32(element, out uint head);
        _bench.Memory.TryReadUInt32(element + 4, out uint length);
        return (head, length);
    }

    public byte[] Read(ulong address, int length)
    {
        byte[] bytes = new byte[length];
        _bench.Memory.TryRead(address, bytes);
        return bytes;
    }

    public void Write(ulong address, ReadOnlySpan<byte> bytes) => _bench.Memory.TryWrite(address, bytes);
}
