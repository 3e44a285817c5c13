namespace TestLab.Processor.State;

/// <summary>Bits of CR0, CR4 and EFER (SDM volume 3, sections 2.5 and 2.2.1).</summary>
public static class ControlRegisters
{
    public const ulong ProtectionEnable = 1 << 0;
    public const ulong MonitorCoprocessor = 1 << 1;
    public const ulong Emulation = 1 << 2;
    public const ulong TaskSwitched = 1 << 3;
    public const ulong ExtensionType = 1 << 4;
    public const ulong NumericError = 1 << 5;
    public const ulong WriteProtect = 1 << 16;
    public const ulong AlignmentMask = 1 << 18;
    public const ulong NotWriteThrough = 1 << 29;
    public const ulong CacheDisable = 1 << 30;
    public const ulong Paging = 1UL << 31;

    public const ulong Virtual8086Extensions = 1 << 0;
    public const ulong ProtectedVirtualInterrupts = 1 << 1;
    public const ulong TimeStampDisable = 1 << 2;
    public const ulong DebuggingExtensions = 1 << 3;
    public const ulong PageSizeExtensions = 1 << 4;
    public const ulong PhysicalAddressExtension = 1 << 5;
    public const ulong MachineCheckEnable = 1 << 6;
    public const ulong PageGlobalEnable = 1 << 7;
    public const ulong PerformanceCounterEnable = 1 << 8;
    public const ulong FxsaveSupport = 1 << 9;
    public const ulong SimdExceptions = 1 << 10;
    public const ulong FsGsBase = 1 << 16;

    public const ulong SyscallEnable = 1 << 0;
    public const ulong LongModeEnable = 1 << 8;
    public const ulong LongModeActive = 1 << 10;
    public const ulong NoExecuteEnable = 1 << 11;
}
