namespace TestLab.Machines.Boot;

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

    /// <summary>How to come by the unpacked kernel; null unpacks it at every boot.</summary>
    public KernelUnpacking? Unpacking { get; init; }

    /// <summary>The address of ACPI's root pointer; zero lets the kernel search where a PC has it.</summary>
    public ulong AcpiRootPointer { get; init; }
}
