using System.Buffers.Binary;

namespace TestLab.Machines.Boot;

/// <summary>
/// The boot parameters of Linux, one page (Documentation/arch/x86/zero-page.rst): the kernel's own setup header with
/// the loader's answers in it, and the map of the memory.
/// </summary>
internal sealed class ZeroPage
{
    private const int Bytes = 4096;
    private const int MapOffset = 0x2D0;
    private const int MapEntryBytes = 20;
    private const byte UndefinedLoader = 0xFF;
    private const byte LoadedHigh = 1;

    private readonly byte[] _page = new byte[Bytes];

    /// <summary>Starts from the header of a kernel; empty for an ELF file, which has none.</summary>
    public ZeroPage(ReadOnlySpan<byte> header)
    {
        header.CopyTo(_page.AsSpan(BzImage.HeaderOffset));
        if (header.IsEmpty)
        {
            Put16(0x1FE, 0xAA55);
            Put32(0x202, 0x53726448); // "HdrS"
            Put16(0x206, 0x20F);
            Put32(0x230, 0x1000000); // The alignment of the kernel.
            Put32(0x238, KernelLimits.CommandLineBytes);
        }
        _page[0x210] = UndefinedLoader;
        _page[0x211] |= LoadedHigh;
    }

    public ulong AcpiRootPointer
    {
        set => BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(0x070), value);
    }

    public uint CodeStart
    {
        set => Put32(0x214, value);
    }

    public uint CommandLine
    {
        set => Put32(0x228, value);
    }

    public void SetInitrd(uint address, uint bytes)
    {
        Put32(0x218, address);
        Put32(0x21C, bytes);
    }

    public void SetMemory(IReadOnlyList<MemoryRange> ranges)
    {
        _page[0x1E8] = (byte)ranges.Count;
        for (int index = 0; index < ranges.Count; index++)
        {
            Span<byte> entry = _page.AsSpan(MapOffset + (index * MapEntryBytes), MapEntryBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, ranges[index].Address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], ranges[index].Bytes);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], (uint)ranges[index].Kind);
        }
    }

    public void WriteTo(GuestMemoryWriter memory) => memory(BootAddresses.ZeroPage, _page);

    private void Put16(int offset, ushort value)
        => BinaryPrimitives.WriteUInt16LittleEndian(_page.AsSpan(offset), value);

    private void Put32(int offset, uint value)
        => BinaryPrimitives.WriteUInt32LittleEndian(_page.AsSpan(offset), value);
}
