using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The I/O APIC: 24 inputs, each turned into a message to the local APIC by its redirection entry.</summary>
/// <remarks>
/// Source: Intel 82093AA data sheet; the EOI register is that of version 20h. Lines carry "asserted", so the polarity
/// bit is kept and has no effect: the tables the board gives its guests describe the lines as they are.
/// </remarks>
public sealed class IoApic(LocalApic localApic) : IMemoryDevice, ISnapshotable<IoApicState>
{
    public const int InputCount = 24;
    public const ulong WindowBytes = 0x1000;

    private const uint Version = ((InputCount - 1) << 16) | 0x20;
    private const ulong RemoteRequest = 1UL << 14;
    private const ulong LevelTriggered = 1UL << 15;
    private const ulong Masked = 1UL << 16;
    private const ulong WritableEntryBits = 0xFF00_0000_0001_AFFF;

    private IoApicState _state = IoApicState.PowerOn;

    private enum Register : ulong { Index = 0x00, Data = 0x10, EndOfInterrupt = 0x40 }

    public void SetLine(int input, bool high)
    {
        uint bit = 1u << input;
        bool rises = high && (_state.Lines & bit) == 0;
        _state.Lines = high ? _state.Lines | bit : _state.Lines & ~bit;

        ulong entry = _state.Entries[input];
        // An edge on a masked input is ignored, not held (data sheet, redirection table, bit 16).
        if ((entry & LevelTriggered) != 0 ? high : rises) Deliver(input);
    }

    /// <summary>The local APIC has finished a level-triggered vector: inputs that are still high ask again.</summary>
    public void EndInterrupt(byte vector)
    {
        for (int input = 0; input < InputCount; input++)
        {
            ulong entry = _state.Entries[input];
            if ((byte)entry != vector || (entry & LevelTriggered) == 0) continue;
            _state.Entries[input] = entry & ~RemoteRequest;
            if ((_state.Lines & (1u << input)) != 0) Deliver(input);
        }
    }

    public ulong Read(ulong offset, int size) => (Register)(offset & ~3UL) switch
    {
        Register.Index => (ulong)_state.Index >> (int)(8 * (offset & 3)),
        Register.Data => (ulong)ReadRegister(_state.Index) >> (int)(8 * (offset & 3)),
        _ => 0,
    };

    public void Write(ulong offset, ulong value, int size)
    {
        switch ((Register)offset)
        {
            case Register.Index: _state.Index = (byte)value; break;
            case Register.Data: WriteRegister(_state.Index, (uint)value); break;
            case Register.EndOfInterrupt: EndInterrupt((byte)value); break;
        }
    }

    public IoApicState Save() => _state with { Entries = [.. _state.Entries] };

    public void Restore(in IoApicState state) => _state = state with { Entries = [.. state.Entries] };

    private uint ReadRegister(byte index)
    {
        int input = (index - 0x10) >> 1;
        return index switch
        {
            0x00 or 0x02 => (uint)_state.Id << 24, // 02h: the arbitration identity follows the identity.
            0x01 => Version,
            _ when input is < 0 or >= InputCount => 0,
            _ => (uint)(_state.Entries[input] >> ((index & 1) * 32)),
        };
    }

    private void WriteRegister(byte index, uint value)
    {
        if (index == 0) _state.Id = (byte)((value >> 24) & 0x0F);
        int input = (index - 0x10) >> 1;
        if (input is < 0 or >= InputCount) return;

        int shift = (index & 1) * 32;
        ulong written = (_state.Entries[input] & ~(0xFFFF_FFFFUL << shift)) | ((ulong)value << shift);
        ulong entry = (written & WritableEntryBits) | (_state.Entries[input] & RemoteRequest);
        // An input that stops being level triggered has no end to wait for.
        if ((entry & LevelTriggered) == 0) entry &= ~RemoteRequest;
        _state.Entries[input] = entry;
        if ((entry & LevelTriggered) != 0 && (_state.Lines & (1u << input)) != 0) Deliver(input);
    }

    private void Deliver(int input)
    {
        ulong entry = _state.Entries[input];
        if ((entry & (Masked | RemoteRequest)) != 0) return;

        bool isLevel = (entry & LevelTriggered) != 0;
        bool isLogical = (entry & (1 << 11)) != 0;
        var mode = (DeliveryMode)((entry >> 8) & 7);
        if (!localApic.Deliver((byte)(entry >> 56), isLogical, mode, (byte)entry, isLevel)) return;
        if (isLevel) _state.Entries[input] |= RemoteRequest;
    }
}
