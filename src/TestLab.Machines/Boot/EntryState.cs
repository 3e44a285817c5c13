namespace TestLab.Machines.Boot;

/// <summary>
/// The processor at the kernel's first instruction. Registers that are not named are zero; interrupts are off. The
/// segments are flat: base 0, limit 4 GiB, as their descriptors in guest memory say.
/// </summary>
public sealed record EntryState
{
    /// <summary>__BOOT_CS of the boot protocol.</summary>
    public const ushort CodeSelector = 0x10;

    /// <summary>__BOOT_DS of the boot protocol: DS, ES, FS, GS and SS.</summary>
    public const ushort DataSelector = 0x18;

    /// <summary>A task state segment that is busy, as a loaded task register demands.</summary>
    public const ushort TaskSelector = 0x20;

    public required EntryMode Mode { get; init; }

    public required ulong InstructionPointer { get; init; }

    public ulong StackPointer { get; init; } = BootAddresses.StackTop;

    /// <summary>The address of the start information of PVH; else zero.</summary>
    public ulong Rbx { get; init; }

    /// <summary>The address of the zero page of the Linux protocols; else zero.</summary>
    public ulong Rsi { get; init; }

    public required ulong Cr0 { get; init; }

    public required ulong Cr3 { get; init; }

    public required ulong Cr4 { get; init; }

    public required ulong ExtendedFeatures { get; init; }

    /// <summary>Only bit 1, which is always set.</summary>
    public ulong Flags { get; init; } = 2;

    public ulong DescriptorTableBase { get; init; } = BootAddresses.DescriptorTable;

    public ushort DescriptorTableLimit { get; init; } = BootTables.DescriptorTableBytes - 1;

    public ulong TaskStateBase { get; init; } = BootAddresses.TaskState;

    public ushort TaskStateLimit { get; init; } = BootTables.TaskStateBytes - 1;
}
