using System.Runtime.InteropServices;
using System.Text;
using TestLab.Processor.Control;
using TestLab.Processor.State;

namespace TestLab.Processor;

/// <summary>What CPUID tells, by name, and the register bits that follow from it.</summary>
public sealed record CpuModel
{
    /// <summary>
    /// x86-64-v2 of an Intel make that reports the frequency of its time stamp counter, of a family that executes
    /// nothing speculatively, so that kernels work around nothing.
    /// </summary>
    public static readonly CpuModel X86_64V2 = new()
    {
        Name = "x86-64-v2",
        Signature = 0x0003_0661,
        Brand = "TestLab x86-64-v2",
        HasLongMode = true,
        HighestLeaf = 0x16,
        HighestExtendedLeaf = 0x8000_0008,
        Features = CpuidFeatures.X86_64V2Features,
        MoreFeatures = CpuidFeatures.X86_64V2MoreFeatures,
        ExtendedFeatures = ControlRegisters.SyscallEnable | ControlRegisters.LongModeEnable | ControlRegisters.NoExecuteEnable,
        ControlRegister4 = CommonControl4 | ControlRegisters.SimdExceptions | ControlRegisters.FsGsBase,
        ArchitectureCapabilities = CpuidFeatures.NotVulnerable,
    };

    /// <summary>A 32-bit processor of the Pentium III's kind.</summary>
    public static readonly CpuModel Pentium3 = new()
    {
        Name = "pentium3",
        Signature = 0x0000_068A,
        Brand = "TestLab pentium3",
        HighestLeaf = 2,
        HighestExtendedLeaf = 0x8000_0004,
        Features = CpuidFeatures.Pentium3Features,
        ControlRegister4 = CommonControl4 | ControlRegisters.SimdExceptions,
    };

    private const ulong CommonControl4 = ControlRegisters.TimeStampDisable | ControlRegisters.DebuggingExtensions
        | ControlRegisters.PageSizeExtensions | ControlRegisters.PhysicalAddressExtension | ControlRegisters.MachineCheckEnable
        | ControlRegisters.PageGlobalEnable | ControlRegisters.PerformanceCounterEnable | ControlRegisters.FxsaveSupport;

    private CpuModel()
    {
    }

    /// <summary>All models; the first is the default.</summary>
    public static IReadOnlyList<CpuModel> All { get; } = [X86_64V2, Pentium3];

    public required string Name { get; init; }

    /// <summary>Family, model and stepping as CPUID leaf 1 and the reset value of EDX show them.</summary>
    public uint Signature { get; private init; }

    public string Brand { get; private init; } = "";

    public bool HasLongMode { get; private init; }

    public uint HighestLeaf { get; private init; }

    public uint HighestExtendedLeaf { get; private init; }

    /// <summary>Leaf 1: EDX in the lower half, ECX in the upper one.</summary>
    public ulong Features { get; private init; }

    /// <summary>Leaf 7: EDX in the lower half, EBX in the upper one.</summary>
    public ulong MoreFeatures { get; private init; }

    /// <summary>The bits of EFER that can be written; 0 where there is no such register.</summary>
    public ulong ExtendedFeatures { get; private init; }

    /// <summary>The bits of CR4 that can be set.</summary>
    public ulong ControlRegister4 { get; private init; }

    /// <summary>IA32_ARCH_CAPABILITIES; 0 where there is no such register.</summary>
    public ulong ArchitectureCapabilities { get; private init; }

    /// <summary>What leaves 15h and 16h report; the board's time stamp counter must run at it.</summary>
    public uint TimeStampFrequencyHz { get; init; } = 1_000_000_000;

    /// <summary>The crystal of leaf 15h, which is also the clock of the local APIC's timer; it divides the frequency above.</summary>
    public uint CrystalFrequencyHz { get; init; } = 25_000_000;

    /// <summary>The model of that name, or null.</summary>
    public static CpuModel? Find(string name)
    {
        foreach (CpuModel model in All)
            if (model.Name == name) return model;
        return null;
    }

    /// <summary>CPUID; a leaf beyond the highest reads as the highest basic one, as Intel's processors do.</summary>
    public CpuidResult Query(uint leaf, uint subleaf, bool isCode64)
    {
        bool isExtended = leaf >= 0x8000_0000 && leaf <= HighestExtendedLeaf;
        if (!isExtended && leaf > HighestLeaf) leaf = HighestLeaf;
        return leaf switch
        {
            0 => Text("GenuineIntel") with { Eax = HighestLeaf },
            1 => new CpuidResult(Signature, 0x0001_0800, (uint)(Features >> 32), (uint)Features),
            2 => HasLongMode ? new CpuidResult(0x0000_FF01, 0, 0, 0) : new CpuidResult(0x0302_0101, 0, 0, 0x0C04_0882),
            4 => CpuidFeatures.Cache(subleaf),
            6 => new CpuidResult(4, 0, 0, 0), // The APIC timer runs always.
            7 when subleaf == 0 => new CpuidResult(0, (uint)(MoreFeatures >> 32), 0, (uint)MoreFeatures),
            0xB => CpuidFeatures.Topology(subleaf),
            0x15 => new CpuidResult(1, TimeStampFrequencyHz / CrystalFrequencyHz, CrystalFrequencyHz, 0),
            0x16 => new CpuidResult(TimeStampFrequencyHz / 1_000_000, TimeStampFrequencyHz / 1_000_000, 100, 0),
            0x8000_0000 => new CpuidResult(HighestExtendedLeaf, 0, 0, 0),
            0x8000_0001 when HasLongMode => new CpuidResult(0, 0, CpuidFeatures.ExtendedC,
                CpuidFeatures.ExtendedD | (isCode64 ? CpuidFeatures.Syscall : 0)),
            >= 0x8000_0002 and <= 0x8000_0004 => BrandPart((int)(leaf - 0x8000_0002)),
            0x8000_0006 => new CpuidResult(0, 0, 0x0400_8040, 0),
            0x8000_0007 => new CpuidResult(0, 0, 0, 1 << 8), // Invariant time stamp counter.
            0x8000_0008 => new CpuidResult(Memory.PageWalker.PhysicalAddressBits | (48 << 8), 0, 0, 0),
            _ => default,
        };
    }

    private static CpuidResult Text(string vendor)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(Encoding.ASCII.GetBytes(vendor));
        return new CpuidResult(0, words[0], words[2], words[1]);
    }

    private CpuidResult BrandPart(int part)
    {
        Span<byte> text = stackalloc byte[48];
        text.Clear();
        Encoding.ASCII.GetBytes(Brand, text);
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(text);
        return new CpuidResult(words[4 * part], words[4 * part + 1], words[4 * part + 2], words[4 * part + 3]);
    }
}
