using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Pci;

/// <summary>The PCI host bridge's configuration mechanism 1, and beside it the reset control register.</summary>
/// <remarks>
/// Source: PCI Local Bus 3.0, 3.2.2.3.2. Ports by offset: 0 is CF8h (address, whole double words only), 1 as a byte is
/// the reset register CF9h of Intel chipsets, 4 to 7 is the data window. One bus, 32 slots, one function a slot.
/// </remarks>
public sealed class PciHost(Action reset) : IWidePortDevice, ISnapshotable<PciHostState>
{
    public const int SlotCount = 32;
    public const int PortCount = 8;

    private const uint Enable = 0x8000_0000;
    private const uint AddressBits = 0x80FF_FFFC;
    private const ushort ResetOffset = 1;
    private const ushort DataOffset = 4;
    private const byte ResetProcessor = 0x04;

    private readonly PciFunction?[] _slots = new PciFunction?[SlotCount];
    private PciHostState _state;

    /// <summary>Plugs a function into a free slot.</summary>
    public void Plug(int slot, PciFunction function)
    {
        if (_slots[slot] is not null) throw new ArgumentException($"PCI slot {slot} is taken.");
        _slots[slot] = function;
    }

    public uint Read(ushort offset, int size) => offset switch
    {
        0 when size == 4 => _state.Address,
        ResetOffset when size == 1 => _state.ResetControl,
        >= DataOffset => Selected(offset, size) is { } function
            ? function.ReadConfig(RegisterOf(offset), size)
            : uint.MaxValue,
        _ => uint.MaxValue,
    };

    public void Write(ushort offset, uint value, int size)
    {
        switch (offset)
        {
            case 0 when size == 4:
                _state.Address = value & AddressBits;
                break;
            case ResetOffset when size == 1:
                _state.ResetControl = (byte)(value & 0x0A);
                if ((value & ResetProcessor) != 0) reset();
                break;
            case >= DataOffset:
                Selected(offset, size)?.WriteConfig(RegisterOf(offset), value, size);
                break;
        }
    }

    public PciHostState Save() => _state;

    public void Restore(in PciHostState state) => _state = state;

    private int RegisterOf(ushort offset) => (int)(_state.Address & 0xFC) + (offset - DataOffset);

    /// <summary>The function addressed, if there is one and the access stays within its double word.</summary>
    private PciFunction? Selected(ushort offset, int size)
    {
        bool isOurs = (_state.Address & Enable) != 0 && (_state.Address & 0x00FF_0700) == 0;
        return isOurs && offset + size <= PortCount ? _slots[(_state.Address >> 11) & 31] : null;
    }
}
