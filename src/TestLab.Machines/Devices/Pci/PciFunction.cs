using System.Buffers.Binary;
using TestLab.Machines.Bus;

namespace TestLab.Machines.Devices.Pci;

/// <summary>One PCI function: 256 bytes of configuration space, of which a mask says what the guest may write.</summary>
/// <remarks>
/// Source: PCI Local Bus 3.0, chapter 6. A base address register sizes itself: its low bits are simply not writable.
/// A function's windows follow its registers at every configuration write.
/// </remarks>
public abstract class PciFunction
{
    public const int ConfigBytes = 256;

    protected const int CommandOffset = 0x04;
    protected const int StatusOffset = 0x06;
    protected const int BarOffset = 0x10;
    protected const int CapabilityPointerOffset = 0x34;
    protected const int InterruptLineOffset = 0x3C;
    protected const int InterruptPinOffset = 0x3D;

    private const int BarCount = 6;
    private const ushort MemoryEnable = 0x0002;
    private const ushort InterruptDisable = 0x0400;
    private const ushort CommandWritable = 0x0547;
    private const byte CapabilityListBit = 0x10;
    private const byte InterruptStatusBit = 0x08;
    private const int FirstCapability = 0x40;

    private readonly byte[] _config = new byte[ConfigBytes];
    private readonly byte[] _writable = new byte[ConfigBytes];
    private readonly MemorySpace.Window?[] _windows = new MemorySpace.Window?[BarCount];
    private int _lastCapability = CapabilityPointerOffset;
    private int _nextCapability = FirstCapability;

    protected PciFunction(PciIdentity identity)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_config, identity.Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(_config.AsSpan(2), identity.Device);
        BinaryPrimitives.WriteUInt32LittleEndian(_config.AsSpan(8), identity.ClassCode << 8 | identity.Revision);
        BinaryPrimitives.WriteUInt16LittleEndian(_config.AsSpan(0x2C), identity.SubsystemVendor);
        BinaryPrimitives.WriteUInt16LittleEndian(_config.AsSpan(0x2E), identity.Subsystem);
        BinaryPrimitives.WriteUInt16LittleEndian(_writable.AsSpan(CommandOffset), CommandWritable);
        _writable[0x0C] = 0xFF; // Cache line size, kept for the guest.
        _writable[InterruptLineOffset] = 0xFF;
    }

    /// <summary>Whether INTx may be asserted.</summary>
    protected bool IsInterruptEnabled => (Command & InterruptDisable) == 0;

    private ushort Command => BinaryPrimitives.ReadUInt16LittleEndian(_config.AsSpan(CommandOffset));

    public virtual uint ReadConfig(int offset, int size)
    {
        uint value = 0;
        for (int index = 0; index < size; index++) value |= (uint)ReadConfigByte(offset + index) << (8 * index);
        return value;
    }

    public void WriteConfig(int offset, uint value, int size)
    {
        for (int index = 0; index < size; index++)
        {
            int at = offset + index;
            byte written = (byte)(value >> (8 * index));
            _config[at] = (byte)((_config[at] & ~_writable[at]) | (written & _writable[at]));
        }

        PlaceWindows();
        ConfigWritten(offset, size);
    }

    /// <summary>What firmware does: gives a window its address, the function its interrupt, and lets it answer.</summary>
    public void Assign(int bar, uint address)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_config.AsSpan(BarOffset + 4 * bar), address);
        _config[CommandOffset] |= (byte)MemoryEnable;
        PlaceWindows();
    }

    public void AssignInterrupt(byte line)
    {
        _config[InterruptLineOffset] = line;
        _config[InterruptPinOffset] = 1; // INTA.
    }

    /// <summary>The size of a memory window, or 0.</summary>
    public uint WindowBytes(int bar) => (uint)(_windows[bar]?.LengthBytes ?? 0);

    /// <summary>Puts the function's windows into the address space, all hidden.</summary>
    public virtual void Connect(MemorySpace memory)
    {
    }

    /// <summary>Declares a 32-bit memory window; its size is a power of two of at least 4 KiB.</summary>
    protected void AddWindow(MemorySpace memory, int bar, uint lengthBytes, IMemoryDevice device)
    {
        _windows[bar] = memory.Add(0, lengthBytes, device);
        BinaryPrimitives.WriteUInt32LittleEndian(_writable.AsSpan(BarOffset + 4 * bar), ~(lengthBytes - 1));
        PlaceWindows();
    }

    /// <summary>Appends a capability and returns its offset.</summary>
    protected int AddCapability(byte id, ReadOnlySpan<byte> content)
    {
        int offset = _nextCapability;
        _config[_lastCapability] = (byte)offset;
        _config[StatusOffset] |= CapabilityListBit;
        _config[offset] = id;
        content.CopyTo(_config.AsSpan(offset + 2));
        _lastCapability = offset + 1;
        _nextCapability = (offset + 2 + content.Length + 3) & ~3;
        return offset;
    }

    protected void AllowWrites(int offset, uint mask) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_writable.AsSpan(offset), mask);

    protected Span<byte> Config => _config;

    /// <summary>INTx is asserted, before the command register has its say.</summary>
    protected virtual bool IsInterruptPending => false;

    protected virtual byte ReadConfigByte(int offset) =>
        offset == StatusOffset && IsInterruptPending ? (byte)(_config[offset] | InterruptStatusBit) : _config[offset];

    protected virtual void ConfigWritten(int offset, int size)
    {
    }

    protected byte[] SaveConfig() => [.. _config];

    protected void RestoreConfig(ReadOnlySpan<byte> config)
    {
        config.CopyTo(_config);
        PlaceWindows();
    }

    private void PlaceWindows()
    {
        bool answers = (Command & MemoryEnable) != 0;
        for (int bar = 0; bar < BarCount; bar++)
        {
            if (_windows[bar] is not { } window) continue;
            window.Address = BinaryPrimitives.ReadUInt32LittleEndian(_config.AsSpan(BarOffset + 4 * bar)) & ~0xFu;
            window.IsVisible = answers && window.Address != 0;
        }
    }
}
