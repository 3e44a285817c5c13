namespace TestLab.Processor.Control;

/// <summary>Numbers of model-specific registers (SDM volume 4, chapter 2).</summary>
internal static class ModelRegisterNumbers
{
    public const uint TimeStampCounter = 0x10;
    public const uint PlatformId = 0x17;
    public const uint FeatureControl = 0x3A;
    public const uint TscAdjust = 0x3B;
    public const uint MicrocodeUpdate = 0x79;
    public const uint MicrocodeRevision = 0x8B;
    public const uint MemoryTypeCapabilities = 0xFE;
    public const uint ArchitectureCapabilities = 0x10A;
    public const uint SysenterCs = 0x174;
    public const uint SysenterEsp = 0x175;
    public const uint SysenterEip = 0x176;
    public const uint MachineCheckCapabilities = 0x179;
    public const uint MachineCheckStatus = 0x17A;
    public const uint MiscellaneousEnable = 0x1A0;
    public const uint DebugControl = 0x1D9;
    public const uint MemoryTypeFirst = 0x200;
    public const uint MemoryTypeLast = 0x20F;
    public const uint MemoryTypeFixed64K = 0x250;
    public const uint MemoryTypeFixed16K80000 = 0x258;
    public const uint MemoryTypeFixed16KA0000 = 0x259;
    public const uint MemoryTypeFixed4KFirst = 0x268;
    public const uint MemoryTypeFixed4KLast = 0x26F;
    public const uint MachineCheckBankFirst = 0x400;
    public const uint MachineCheckBankLast = 0x407;
    public const uint PageAttributeTable = 0x277;
    public const uint MemoryTypeDefault = 0x2FF;
    public const uint TscDeadline = 0x6E0;
    public const uint ExtendedFeatures = 0xC000_0080;
    public const uint Star = 0xC000_0081;
    public const uint LongStar = 0xC000_0082;
    public const uint CompatibilityStar = 0xC000_0083;
    public const uint SyscallMask = 0xC000_0084;
    public const uint FsBase = 0xC000_0100;
    public const uint GsBase = 0xC000_0101;
    public const uint KernelGsBase = 0xC000_0102;
    public const uint TscAuxiliary = 0xC000_0103;
}
