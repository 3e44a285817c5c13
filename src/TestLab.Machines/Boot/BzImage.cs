using TestLab.Machines.Boot.Decompression;

namespace TestLab.Machines.Boot;

/// <summary>
/// A compressed kernel as distributions ship it: a real-mode part with the setup header, then the part that runs in
/// protected mode with the payload in it (Linux, Documentation/arch/x86/boot.rst).
/// </summary>
public sealed class BzImage
{
    /// <summary>The bit of <see cref="ExtendedLoadFlags"/> that says there is a 64-bit entry.</summary>
    public const ushort HasEntry64 = 1;

    internal const int HeaderOffset = 0x1F1;

    private const int BootFlagOffset = 0x1FE;
    private const int JumpOffset = 0x201;
    private const int MagicOffset = 0x202;
    private const ushort BootFlag = 0xAA55;
    private const uint Magic = 0x53726448; // "HdrS"
    private const int SectorBytes = 512;
    private const int DefaultSetupSectors = 4;

    // Version 2.12 brought the extended load flags, the youngest field that is needed (Linux 3.8).
    private const int OldestVersion = 0x20C;

    private readonly ReadOnlyMemory<byte> _file;

    private BzImage(ReadOnlyMemory<byte> file)
    {
        _file = file;
        LittleEndian header = new(file.Span, "the kernel");
        if (!IsBzImage(file.Span))
        {
            throw new BootException(BootError.NotAKernel, "the file is not a kernel: it has no Linux setup header");
        }
        Version = header.UInt16(0x206);
        if (Version < OldestVersion)
        {
            throw new BootException(
                BootError.NotAKernel, $"the kernel is too old: its boot protocol is {Version >> 8}.{Version & 0xFF}");
        }
        int sectors = header.UInt8(HeaderOffset);
        SetupBytes = ((sectors == 0 ? DefaultSetupSectors : sectors) + 1) * SectorBytes;
        InitrdAddressMaximum = header.UInt32(0x22C);
        CommandLineMaximum = (int)Math.Min(header.UInt32(0x238), ushort.MaxValue);
        ExtendedLoadFlags = header.UInt16(0x236);
        PayloadOffset = header.UInt32(0x248);
        PayloadLength = header.UInt32(0x24C);
        PreferredAddress = header.UInt64(0x258);
        WorkBytes = header.UInt32(0x260);
    }

    /// <summary>The version of the boot protocol, major in the high byte.</summary>
    public int Version { get; }

    /// <summary>The bytes of the real-mode part; what follows runs in protected mode.</summary>
    public int SetupBytes { get; }

    /// <summary>The highest address that an initial RAM disk may occupy.</summary>
    public uint InitrdAddressMaximum { get; }

    /// <summary>The longest command line, without the zero at its end.</summary>
    public int CommandLineMaximum { get; }

    /// <summary>What entries there are (xloadflags).</summary>
    public ushort ExtendedLoadFlags { get; }

    /// <summary>Where the payload starts, from the start of the protected-mode part.</summary>
    public uint PayloadOffset { get; }

    public uint PayloadLength { get; }

    /// <summary>Where the kernel wants to be (pref_address).</summary>
    public ulong PreferredAddress { get; }

    /// <summary>
    /// The memory from the kernel's address on that it needs until it knows the memory map (init_size).
    /// </summary>
    public uint WorkBytes { get; }

    /// <summary>The part that runs in protected mode.</summary>
    public ReadOnlyMemory<byte> ProtectedModeCode
        => SetupBytes <= _file.Length
            ? _file[SetupBytes..]
            : throw new BootException(
                BootError.Truncated, $"the kernel is cut short: it ends in its real-mode part of {SetupBytes} bytes");

    /// <summary>Whether the file has the marks of a bzImage.</summary>
    public static bool IsBzImage(ReadOnlySpan<byte> file)
        => file.Length >= MagicOffset + sizeof(uint)
            && BitConverter.ToUInt16(file[BootFlagOffset..]) == BootFlag
            && BitConverter.ToUInt32(file[MagicOffset..]) == Magic;

    /// <summary>Reads the header.</summary>
    /// <exception cref="BootException">The file is not a kernel, or is cut short.</exception>
    public static BzImage Parse(ReadOnlyMemory<byte> file) => new(file);

    /// <summary>Decompresses the payload: the ELF file that the kernel's own decompressor would unpack.</summary>
    /// <param name="unpacking">Where the result of an earlier call may be; null decompresses.</param>
    /// <exception cref="BootException">It is damaged, or larger than <see cref="KernelLimits"/> allow.</exception>
    public ReadOnlyMemory<byte> Decompress(KernelUnpacking? unpacking = null) => unpacking is null
        ? Payload.Decompress(CompressedPayload)
        : unpacking(CompressedPayload, () => Payload.Decompress(CompressedPayload));

    private ReadOnlySpan<byte> CompressedPayload =>
        new LittleEndian(ProtectedModeCode.Span, "the kernel").Slice(PayloadOffset, PayloadLength);

    /// <summary>The setup header, whose length is in the jump over it.</summary>
    internal ReadOnlySpan<byte> Header()
    {
        LittleEndian file = new(_file.Span, "the kernel");
        int end = MagicOffset + file.UInt8(JumpOffset);
        return file.Slice(HeaderOffset, end - HeaderOffset);
    }
}
