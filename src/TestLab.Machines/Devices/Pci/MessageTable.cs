using System.Buffers.Binary;
using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Pci;

/// <summary>The MSI-X table of a function and its pending bits, in one window.</summary>
/// <remarks>Source: PCI Local Bus 3.0, 6.8.2. A message that is masked waits as a pending bit and is sent when the mask goes.</remarks>
public sealed class MessageTable(IMessageTarget target) : IMemoryDevice, ISnapshotable<MessageTableState>
{
    public const int VectorLimit = 64;
    public const uint WindowBytes = 0x1000;
    public const uint PendingOffset = 0x800;

    private const int EntryBytes = 16;
    private const int ControlOffset = 12;
    private const byte MaskBit = 1;

    private MessageTableState _state = MessageTableState.PowerOn;

    /// <summary>Both from the capability: the function uses messages; all of them wait.</summary>
    public (bool IsEnabled, bool IsMasked) Control { get; private set; }

    public void SetControl(bool isEnabled, bool isMasked)
    {
        Control = (isEnabled, isMasked);
        for (int vector = 0; vector < VectorLimit; vector++) SendPending(vector);
    }

    public void Notify(int vector)
    {
        if (vector >= VectorLimit || !Control.IsEnabled) return;
        _state.Pending |= 1UL << vector;
        SendPending(vector);
    }

    public ulong Read(ulong offset, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        for (int index = 0; index < size; index++) bytes[index] = ReadByte((int)offset + index);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public void Write(ulong offset, ulong value, int size)
    {
        if (offset >= MessageTableState.TableBytes) return;
        for (int index = 0; index < size && (int)offset + index < MessageTableState.TableBytes; index++)
            _state.Table[(int)offset + index] = (byte)(value >> (8 * index));
        SendPending((int)offset / EntryBytes);
    }

    public MessageTableState Save() => _state with { Table = [.. _state.Table] };

    public void Restore(in MessageTableState state) => _state = state with { Table = [.. state.Table] };

    private byte ReadByte(int offset) => offset switch
    {
        < MessageTableState.TableBytes => _state.Table[offset],
        >= (int)PendingOffset and < (int)PendingOffset + 8 => (byte)(_state.Pending >> (8 * (offset - (int)PendingOffset))),
        _ => 0,
    };

    private void SendPending(int vector)
    {
        ReadOnlySpan<byte> entry = _state.Table.AsSpan(vector * EntryBytes, EntryBytes);
        bool waits = (_state.Pending & (1UL << vector)) != 0;
        if (!waits || !Control.IsEnabled || Control.IsMasked || (entry[ControlOffset] & MaskBit) != 0) return;
        _state.Pending &= ~(1UL << vector);
        target.Send(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
    }
}
