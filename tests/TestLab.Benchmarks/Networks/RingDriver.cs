using System.Buffers.Binary;
using TestLab.Machines;

namespace TestLab.Benchmarks.Networks;

/// <summary>The least that drives a virtio network card: all buffers of a ring, again and again.</summary>
internal sealed class RingDriver
{
    private const ushort QueueSize = 256;
    private const int HeaderBytes = 12;
    private const ulong Rings = 0x10_0000;
    private const ulong RingBytes = 0x4000;
    private const ulong Buffers = 0x100_0000;
    private const ulong BufferBytes = 0x1_1000;
    private const ulong Features = 1UL << 32 | 1UL << 29 | 1UL << 15 | 1UL << 11 | 0b11;
    private const int NetworkSlot = 3;

    private readonly PersonalComputer _machine;
    private readonly ulong _registers;
    private byte[] _frame = [];
    private ushort _available;
    private bool _isReceiver;

    public RingDriver(PersonalComputer machine)
    {
        _machine = machine;
        machine.Bus.WritePort(0xCF8, 0x8000_0010 | NetworkSlot << 11, 4);
        _registers = machine.Bus.ReadPort(0xCFC, 4) & ~0xFu;
        Register(0x14, 3, 1);
        for (uint half = 0; half < 2; half++)
        {
            Register(0x08, half, 4);
            Register(0x0C, (uint)(Features >> (int)(32 * half)), 4);
        }

        Register(0x14, 0xB, 1);
        for (ulong queue = 0; queue < 2; queue++) Enable(queue);
        Register(0x14, 0xF, 1);
    }

    /// <summary>Each round the card receives as many frames as there are buffers.</summary>
    public void Receive(byte[] frame)
    {
        (_frame, _isReceiver) = (frame, true);
        for (int index = 0; index < QueueSize; index++) Describe(0, index, HeaderBytes + 1_600, flags: 2);
    }

    /// <summary>Each round the guest sends as many frames as there are buffers.</summary>
    public void Send(byte[] frame, byte kind, int segmentBytes)
    {
        byte[] header = new byte[HeaderBytes];
        (header[0], header[1]) = (1, kind);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)segmentBytes);
        (header[6], header[8]) = (34, 16);
        for (int index = 0; index < QueueSize; index++)
        {
            _machine.Memory.TryWrite(BufferOf(index), header);
            _machine.Memory.TryWrite(BufferOf(index) + HeaderBytes, frame);
            Describe(1, index, HeaderBytes + (uint)frame.Length, flags: 0);
        }
    }

    public void Go()
    {
        ulong queue = _isReceiver ? 0UL : 1;
        _available += QueueSize;
        _machine.Memory.TryWriteUInt16(Rings + queue * RingBytes + 0x1002, _available);
        if (_isReceiver)
            for (int index = 0; index < QueueSize; index++) _machine.Networks[0].Receive(_frame);
        else
            _machine.Bus.WriteDevice(_registers + 0x3004, 1, 2);
    }

    private static ulong BufferOf(int index) => Buffers + (ulong)index * BufferBytes;

    private void Register(ulong offset, ulong value, int size) => _machine.Bus.WriteDevice(_registers + offset, value, size);

    private void Enable(ulong queue)
    {
        ulong rings = Rings + queue * RingBytes;
        Register(0x16, queue, 2);
        Register(0x18, QueueSize, 2);
        for (ulong ring = 0; ring < 3; ring++) Register(0x20 + 8 * ring, rings + ring * 0x1000, 4);
        Register(0x1C, 1, 2);
        for (uint index = 0; index < QueueSize; index++) _machine.Memory.TryWriteUInt16(rings + 0x1004 + 2 * index, (ushort)index);
    }

    private void Describe(int queue, int index, uint length, ushort flags)
    {
        byte[] descriptor = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, BufferOf(index));
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(8), length);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(12), flags);
        _machine.Memory.TryWrite(Rings + (ulong)queue * RingBytes + (ulong)index * 16, descriptor);
    }
}
