namespace TestLab.Machines.Boot;

/// <summary>A piece of a kernel: so many bytes from the file, and zeros up to the size in memory.</summary>
public readonly record struct KernelSegment(ulong Address, int FileOffset, int FileBytes, ulong MemoryBytes)
{
    public ulong End => Address + MemoryBytes;
}

/// <summary>An uncompressed kernel, an ELF file for x86 (System V ABI, generic and x86 supplements).</summary>
public sealed class KernelElf
{
    private const uint Magic = 0x464C457F;
    private const byte Class64 = 2;
    private const byte DataLittleEndian = 1;
    private const ushort MachineI386 = 3;
    private const ushort MachineAmd64 = 62;
    private const uint SegmentLoad = 1;
    private const uint SegmentNote = 4;

    // include/xen/interface/elfnote.h of Linux: the 32-bit physical entry of a kernel that starts by PVH.
    private const uint NotePhysical32Entry = 18;
    private const int NoteHeaderBytes = 12;

    private readonly List<KernelSegment> _segments = [];

    private KernelElf(ReadOnlyMemory<byte> file)
    {
        Content = file;
        LittleEndian header = new(file.Span, "the kernel");
        if (!IsElf(file.Span) || header.UInt8(5) != DataLittleEndian)
        {
            throw new BootException(BootError.NotAKernel, "the file is not a kernel: it is not an ELF file for x86");
        }
        Is64Bit = header.UInt8(4) == Class64;
        ushort machine = header.UInt16(0x12);
        if (machine != (Is64Bit ? MachineAmd64 : MachineI386))
        {
            throw new BootException(
                BootError.NotAKernel, $"the file is not a kernel for x86: its ELF machine number is {machine}");
        }
        Entry = Is64Bit ? header.UInt64(0x18) : header.UInt32(0x18);
        ReadSegments(header);
    }

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    public bool Is64Bit { get; }

    /// <summary>The physical address of the kernel's own entry: 64-bit code in long mode, or 32-bit code.</summary>
    public ulong Entry { get; }

    /// <summary>The address of the PVH entry, 32-bit code without paging; null where there is none.</summary>
    public ulong? PvhEntry { get; private set; }

    /// <summary>What is loaded, in the file's order; there is at least one.</summary>
    public IReadOnlyList<KernelSegment> Segments => _segments;

    /// <summary>The first address that is loaded.</summary>
    public ulong Start => _segments.Min(segment => segment.Address);

    /// <summary>The first address after all that is loaded or zeroed.</summary>
    public ulong End => _segments.Max(segment => segment.End);

    /// <summary>Whether the file has the mark of an ELF file.</summary>
    public static bool IsElf(ReadOnlySpan<byte> file)
        => file.Length >= sizeof(uint) && BitConverter.ToUInt32(file) == Magic;

    /// <summary>Reads the headers.</summary>
    /// <exception cref="BootException">The file is not a kernel, contradicts itself, or is cut short.</exception>
    public static KernelElf Parse(ReadOnlyMemory<byte> file) => new(file);

    private void ReadSegments(LittleEndian file)
    {
        ulong table = Is64Bit ? file.UInt64(0x20) : file.UInt32(0x1C);
        int size = file.UInt16(Is64Bit ? 0x36 : 0x2A);
        int count = file.UInt16(Is64Bit ? 0x38 : 0x2C);
        if (count > KernelLimits.ProgramHeaders)
        {
            throw new BootException(BootError.Damaged, $"the kernel has {count} program headers; "
                + $"at most {KernelLimits.ProgramHeaders} are taken");
        }
        for (int index = 0; index < count; index++)
        {
            long header = Offset(table) + (long)size * index;
            switch (file.UInt32(header))
            {
                case SegmentLoad:
                    AddSegment(file, header);
                    break;
                case SegmentNote:
                    (ulong offset, ulong bytes) = FileExtent(file, header);
                    ReadNotes(new LittleEndian(file.Slice(Offset(offset), Offset(bytes)), "a note of the kernel"));
                    break;
            }
        }
        if (_segments.Count == 0)
        {
            throw new BootException(BootError.Damaged, "the kernel has nothing to load");
        }
    }

    private void AddSegment(LittleEndian file, long header)
    {
        (ulong offset, ulong fileBytes) = FileExtent(file, header);
        ulong address = Is64Bit ? file.UInt64(header + 0x18) : file.UInt32(header + 0x0C);
        ulong memoryBytes = Is64Bit ? file.UInt64(header + 0x28) : file.UInt32(header + 0x14);
        if (memoryBytes < fileBytes || memoryBytes > KernelLimits.KernelBytes || address > uint.MaxValue)
        {
            throw new BootException(BootError.Damaged, $"the kernel has a segment of {fileBytes} bytes in the file and "
                + $"{memoryBytes} in memory at address {address:x}");
        }
        file.Slice(Offset(offset), Offset(fileBytes));
        if (memoryBytes > 0)
        {
            _segments.Add(new KernelSegment(address, (int)offset, (int)fileBytes, memoryBytes));
        }
    }

    private (ulong Offset, ulong Bytes) FileExtent(LittleEndian file, long header)
        => Is64Bit
            ? (file.UInt64(header + 0x08), file.UInt64(header + 0x20))
            : (file.UInt32(header + 0x04), file.UInt32(header + 0x10));

    private void ReadNotes(LittleEndian notes)
    {
        long position = 0;
        while (position + NoteHeaderBytes <= notes.Length)
        {
            long nameBytes = notes.UInt32(position);
            long valueBytes = notes.UInt32(position + 4);
            uint type = notes.UInt32(position + 8);
            long name = position + NoteHeaderBytes;
            long value = name + Aligned(nameBytes);
            if (type == NotePhysical32Entry && notes.Slice(name, nameBytes).SequenceEqual("Xen\0"u8))
            {
                PvhEntry = valueBytes == sizeof(ulong) ? notes.UInt64(value) : notes.UInt32(value);
            }
            position = value + Aligned(valueBytes);
        }
    }

    private static long Aligned(long bytes) => (bytes + 3) & ~3;

    /// <summary>A value of the file as an offset; what no file can reach becomes an offset that none has.</summary>
    private static long Offset(ulong value) => (long)Math.Min(value, int.MaxValue);
}
