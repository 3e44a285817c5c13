namespace TestLab.Machines.Boot;

/// <summary>How a kernel was placed; never <see cref="BootProtocol.Automatic"/>.</summary>
public sealed record BootPlan(
    BootProtocol Protocol,
    EntryState Entry,
    MemoryRange Kernel,
    MemoryRange Initrd);
