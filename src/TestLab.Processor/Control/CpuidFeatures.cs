namespace TestLab.Processor.Control;

/// <summary>Feature bits and tables of CPUID (SDM volume 2, CPUID).</summary>
internal static class CpuidFeatures
{
    public const uint Syscall = 1 << 11;

    /// <summary>LAHF in 64-bit code, PREFETCHW.</summary>
    public const uint ExtendedC = (1 << 0) | (1 << 8);

    /// <summary>NX, pages of 1 GiB, RDTSCP, long mode.</summary>
    public const uint ExtendedD = (1 << 20) | (1 << 26) | (1 << 27) | (1 << 29);

    /// <summary>RDCL_NO, IBRS_ALL, SKIP_L1DFL_VMENTRY, SSB_NO, MDS_NO, PSCHANGE_MC_NO, TAA_NO, SBDR_SSDP_NO, FBSDP_NO, PSDP_NO,
    /// BHI_NO, PBRSB_NO, GDS_NO, RFDS_NO, ITS_NO.</summary>
    public const ulong NotVulnerable = (1UL << 0) | (1UL << 1) | (1UL << 3) | (1UL << 4) | (1UL << 5) | (1UL << 6) | (1UL << 8)
        | (1UL << 13) | (1UL << 14) | (1UL << 15) | (1UL << 20) | (1UL << 24) | (1UL << 26) | (1UL << 27) | (1UL << 62);

    private const uint Fpu = 1 << 0;
    private const uint DebuggingExtensions = 1 << 2;
    private const uint PageSizeExtensions = 1 << 3;
    private const uint TimeStampCounter = 1 << 4;
    private const uint ModelRegisters = 1 << 5;
    private const uint PhysicalAddressExtension = 1 << 6;
    private const uint MachineCheckException = 1 << 7;
    private const uint CompareExchange8 = 1 << 8;
    private const uint Apic = 1 << 9;
    private const uint Sysenter = 1 << 11;
    private const uint MemoryTypeRanges = 1 << 12;
    private const uint PageGlobal = 1 << 13;
    private const uint MachineCheckArchitecture = 1 << 14;
    private const uint ConditionalMove = 1 << 15;
    private const uint PageAttributeTable = 1 << 16;
    private const uint PageSize36 = 1 << 17;
    private const uint CacheLineFlush = 1 << 19;
    private const uint Mmx = 1 << 23;
    private const uint Fxsave = 1 << 24;
    private const uint Sse = 1 << 25;
    private const uint Sse2 = 1 << 26;

    private const uint Sse3 = 1 << 0;
    private const uint Ssse3 = 1 << 9;
    private const uint CompareExchange16 = 1 << 13;
    private const uint Sse41 = 1 << 19;
    private const uint Sse42 = 1 << 20;
    private const uint PopulationCount = 1 << 23;
    private const uint TscDeadline = 1 << 24;
    private const uint Random = 1 << 30;

    private const uint FsGsBase = 1 << 0;
    private const uint TscAdjust = 1 << 1;
    private const uint FastRepeatedBytes = 1 << 9;
    private const uint RandomSeed = 1 << 18;
    private const uint FastShortRepeatedMoves = 1 << 4;
    private const uint Capabilities = 1 << 29;

    public const ulong Pentium3Features = Fpu | DebuggingExtensions | PageSizeExtensions | TimeStampCounter | ModelRegisters
        | PhysicalAddressExtension | MachineCheckException | MachineCheckArchitecture | CompareExchange8 | Apic | Sysenter
        | MemoryTypeRanges | PageGlobal | ConditionalMove
        | PageAttributeTable | PageSize36 | Mmx | Fxsave | Sse;

    public const ulong X86_64V2Features = Pentium3Features | CacheLineFlush | Sse2
        | ((ulong)(Sse3 | Ssse3 | CompareExchange16 | Sse41 | Sse42 | PopulationCount | TscDeadline | Random) << 32);

    public const ulong X86_64V2MoreFeatures = FastShortRepeatedMoves | Capabilities
        | ((ulong)(FsGsBase | TscAdjust | FastRepeatedBytes | RandomSeed) << 32);

    /// <summary>Leaf 4: 32 KiB of data and of code with 8 ways, 1 MiB with 16, lines of 64 bytes.</summary>
    public static CpuidResult Cache(uint subleaf) => subleaf switch
    {
        0 => new CpuidResult(0x0000_0121, 0x01C0_003F, 63, 0),
        1 => new CpuidResult(0x0000_0122, 0x01C0_003F, 63, 0),
        2 => new CpuidResult(0x0000_0143, 0x03C0_003F, 1023, 0),
        _ => default,
    };

    /// <summary>Leaf 0Bh: one thread in one core.</summary>
    public static CpuidResult Topology(uint subleaf) => subleaf switch
    {
        0 => new CpuidResult(0, 1, 0x100, 0),
        1 => new CpuidResult(0, 1, 0x201, 0),
        _ => new CpuidResult(0, 0, subleaf & 0xFF, 0),
    };
}
