using System.Buffers.Binary;
using System.Text;
using TestLab.Machines.Devices.Clocks;
using TestLab.Machines.Devices.Interrupts;
using TestLab.Processor.Memory;
using static TestLab.Machines.Devices.Power.AmlBuilder;

namespace TestLab.Machines.Devices.Power;

/// <summary>The ACPI tables of the board, which firmware would leave in the BIOS area: RSDP, XSDT, FADT, FACS, DSDT, MADT.</summary>
/// <remarks>Source: ACPI specification 6.5, 5.2. They say what is there and nothing else: guests believe them.</remarks>
public sealed class AcpiTables
{
    /// <summary>Where the RSDP lies; guests without a pointer to it search this area.</summary>
    public const ulong Address = 0xE_0000;

    /// <summary>The end of what the tables may fill.</summary>
    public const ulong EndAddress = 0xF_0000;

    public const uint FirstPciAddress = 0xC000_0000;
    public const uint LastPciAddress = 0xFEBF_FFFF;

    private const int HeaderBytes = 36;
    private const uint IoApicAddress = 0xFEC0_0000;
    private const uint ResetValue = 0x06;
    private const ushort LevelActiveHigh = 0x000D;

    private readonly byte[] _image = new byte[EndAddress - Address];
    private int _used = 64; // The RSDP comes last, into the first bytes.

    private AcpiTables()
    {
    }

    /// <summary>Where the board put its devices.</summary>
    public sealed record Places(
        ushort PowerPort, ushort ResetPort, ushort ConfigPort, byte SystemInterrupt, IReadOnlyList<byte> LevelInterrupts,
        IReadOnlyList<(ushort Port, byte Line)> SerialPorts, ushort ClockPort, byte ClockLine, Func<int, int, byte> LineOfSlotPin);

    /// <summary>Writes the tables into RAM; false where RAM is too small for them.</summary>
    public static bool TryWrite(GuestMemory memory, Places places)
    {
        var tables = new AcpiTables();
        tables.Build(places);
        return memory.TryWrite(Address, tables._image.AsSpan(0, tables._used));
    }

    private void Build(Places places)
    {
        uint dsdt = AddTable("DSDT", 2, DifferentiatedDescription(places));
        byte[] facs = new byte[64];
        Encoding.ASCII.GetBytes("FACS", facs);
        BinaryPrimitives.WriteUInt32LittleEndian(facs.AsSpan(4), 64);
        facs[32] = 2;
        uint firmwareControl = Append(facs, 64);
        uint fadt = AddTable("FACP", 4, FixedDescription(places, dsdt, firmwareControl));
        uint madt = AddTable("APIC", 3, InterruptDescription(places));

        byte[] pointers = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(pointers, fadt);
        BinaryPrimitives.WriteUInt64LittleEndian(pointers.AsSpan(8), madt);
        uint extendedRoot = AddTable("XSDT", 1, pointers);
        byte[] narrowPointers = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(narrowPointers, fadt);
        BinaryPrimitives.WriteUInt32LittleEndian(narrowPointers.AsSpan(4), madt);
        WriteRootPointer(AddTable("RSDT", 1, narrowPointers), extendedRoot);
    }

    private void WriteRootPointer(uint root, uint extendedRoot)
    {
        Span<byte> pointer = _image.AsSpan(0, 36);
        Encoding.ASCII.GetBytes("RSD PTR ", pointer);
        Encoding.ASCII.GetBytes("TSTLAB", pointer[9..]);
        pointer[15] = 2;
        BinaryPrimitives.WriteUInt32LittleEndian(pointer[16..], root);
        BinaryPrimitives.WriteInt32LittleEndian(pointer[20..], pointer.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(pointer[24..], extendedRoot);
        pointer[8] = Checksum(pointer[..20]);
        pointer[32] = Checksum(pointer);
    }

    private uint AddTable(string signature, byte revision, ReadOnlySpan<byte> content)
    {
        byte[] table = new byte[HeaderBytes + content.Length];
        Encoding.ASCII.GetBytes(signature, table);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), table.Length);
        table[8] = revision;
        Encoding.ASCII.GetBytes("TSTLABTESTLAB ", table.AsSpan(10));
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(24), 1);
        Encoding.ASCII.GetBytes("TLAB", table.AsSpan(28));
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(32), 1);
        content.CopyTo(table.AsSpan(HeaderBytes));
        table[9] = Checksum(table);
        return Append(table, 16);
    }

    private uint Append(ReadOnlySpan<byte> bytes, int alignment)
    {
        _used = (_used + alignment - 1) & -alignment;
        int offset = _used;
        bytes.CopyTo(_image.AsSpan(offset));
        _used += bytes.Length;
        return (uint)Address + (uint)offset;
    }

    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (byte value in bytes) sum += value;
        return (byte)-sum;
    }

    private static byte[] FixedDescription(Places places, uint dsdt, uint firmwareControl)
    {
        byte[] table = new byte[244];
        void Byte(int offset, int value) => table[offset] = (byte)value;
        void Word(int offset, int value) => BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(offset), (ushort)value);
        void Double(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(offset), value);
        void Quad(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(offset), value);
        void PortRegister(int offset, int bits, int accessSize, int port)
        {
            (table[offset], table[offset + 1], table[offset + 3]) = (1, (byte)bits, (byte)accessSize);
            Quad(offset + 4, (ulong)port);
        }

        int events = places.PowerPort + PowerManagement.EventOffset;
        int control = places.PowerPort + PowerManagement.ControlOffset;
        int timer = places.PowerPort + PowerManagement.TimerOffset;
        Double(36, firmwareControl);
        Double(40, dsdt);
        Byte(45, 4); // An enterprise server: no battery, no lid.
        Word(46, places.SystemInterrupt);
        Double(56, (uint)events);
        Double(64, (uint)control);
        Double(76, (uint)timer);
        Byte(88, 4);
        Byte(89, 2);
        Byte(91, 4);
        Word(96, 0xFFFF); // No C2,
        Word(98, 0xFFFF); // no C3.
        Byte(108, Rtc.CenturyIndex);
        Word(109, 0x0001 | 0x0004 | 0x0010); // ISA devices; no keyboard controller with a keyboard; no VGA; no ASPM.
        // WBINVD, C1, no sleep button, no RTC wake, 32-bit timer, reset register, headless.
        Double(112, 1 << 0 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 12);
        PortRegister(116, 8, 1, places.ResetPort);
        Byte(128, (int)ResetValue);
        Quad(132, 0); // The 32-bit FACS pointer is used.
        Quad(140, dsdt);
        PortRegister(148, 32, 2, events);
        PortRegister(172, 16, 2, control);
        PortRegister(208, 32, 3, timer);
        return table[HeaderBytes..];
    }

    private static byte[] InterruptDescription(Places places)
    {
        byte[] head = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)LocalApic.DefaultAddress);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), 1); // There are 8259s too.
        byte[] ioApic = new byte[12];
        (ioApic[0], ioApic[1]) = (1, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(ioApic.AsSpan(4), IoApicAddress);

        List<byte> table = [.. head, 0, 8, 0, 0, 1, 0, 0, 0, .. ioApic, .. Override(0, 2, 0)];
        foreach (byte line in places.LevelInterrupts) table.AddRange(Override(line, line, LevelActiveHigh));
        table.AddRange([4, 6, 0xFF, 0, 0, 1]); // NMI on LINT1 of every processor.
        return [.. table];
    }

    private static byte[] Override(byte source, byte input, ushort flags) =>
        [2, 10, 0, source, input, 0, 0, 0, (byte)flags, (byte)(flags >> 8)];

    private static byte[] DifferentiatedDescription(Places places)
    {
        byte[] sleepType = Integer(PowerManagement.PowerOffSleepType);
        return new AmlBuilder()
            .Name("\\_S5", Package(sleepType, sleepType, Integer(0), Integer(0)))
            .Scope("\\_SB", system => system
                .Device("CPU0", cpu => cpu.Name("_HID", Text("ACPI0007")).Name("_UID", Integer(0)))
                .Device("PCI0", pci => DescribePci(pci, places)))
            .ToArray();
    }

    private static void DescribePci(AmlBuilder pci, Places places)
    {
        pci.Name("_HID", Identity("PNP0A03"))
            .Name("_UID", Integer(0))
            .Name("_CRS", Resources(
                WordRange(2, 0, 0),
                Ports(places.ConfigPort, 8),
                WordRange(1, 0, (ushort)(places.ConfigPort - 1)),
                WordRange(1, (ushort)(places.ConfigPort + 8), 0xFFFF),
                MemoryRange(FirstPciAddress, LastPciAddress)))
            .Name("_PRT", Routing(places))
            .Device("RTC", clock => clock
                .Name("_HID", Identity("PNP0B00"))
                .Name("_CRS", Resources(Ports(places.ClockPort, 2), Interrupt(places.ClockLine))));
        for (int index = 0; index < places.SerialPorts.Count; index++)
        {
            (ushort port, byte line) = places.SerialPorts[index];
            uint number = (uint)index;
            pci.Device($"COM{index + 1}", serial => serial
                .Name("_HID", Identity("PNP0501"))
                .Name("_UID", Integer(number))
                .Name("_CRS", Resources(Ports(port, 8), Interrupt(line))));
        }
    }

    /// <summary>Every slot and pin, to inputs that both kinds of interrupt controller have.</summary>
    private static byte[] Routing(Places places)
    {
        const int PinCount = 4;
        List<byte[]> rows = [];
        for (int slot = 1; slot < Pci.PciHost.SlotCount; slot++)
        {
            for (int pin = 0; pin < PinCount; pin++)
            {
                rows.Add(Package(
                    Integer((uint)slot << 16 | 0xFFFF), Integer((uint)pin), Integer(0), Integer(places.LineOfSlotPin(slot, pin))));
            }
        }

        return Package([.. rows]);
    }
}
