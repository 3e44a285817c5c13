namespace TestLab.Machines.Boot;

/// <summary>How a kernel is entered.</summary>
public enum BootProtocol
{
    /// <summary>The host decompresses; PVH where the kernel has it, else the kernel's own entry.</summary>
    Automatic,

    /// <summary>The host decompresses; 32-bit entry with the start information of PVH.</summary>
    Pvh,

    /// <summary>The host decompresses; 64-bit entry in long mode with the zero page.</summary>
    Linux64,

    /// <summary>The host decompresses; 32-bit entry of a 32-bit kernel with the zero page.</summary>
    Linux32,

    /// <summary>The guest decompresses: the bzImage's 64-bit entry where it has one, else its 32-bit entry.</summary>
    GuestDecompression,
}

/// <summary>What is to be booted, and on what machine.</summary>
public sealed record LinuxBoot
{
    /// <summary>A bzImage, or an uncompressed kernel as an ELF file.</summary>
    public required ReadOnlyMemory<byte> Kernel { get; init; }

    /// <summary>The initial RAM disk; empty for none.</summary>
    public ReadOnlyMemory<byte> Initrd { get; init; }

    public string CommandLine { get; init; } = "";

    public required MemoryLayout Memory { get; init; }

    public BootProtocol Protocol { get; init; } = BootProtocol.Automatic;

    /// <summary>The address of ACPI's root pointer; zero lets the kernel search where a PC has it.</summary>
    public ulong AcpiRootPointer { get; init; }
}

/// <summary>How a kernel was placed; never <see cref="BootProtocol.Automatic"/>.</summary>
public sealed record BootPlan(
    BootProtocol Protocol,
    EntryState Entry,
    MemoryRange Kernel,
    MemoryRange Initrd);
