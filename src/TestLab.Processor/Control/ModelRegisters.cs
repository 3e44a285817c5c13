using TestLab.Processor.Memory;
using TestLab.Processor.State;
using static TestLab.Processor.Control.ModelRegisterNumbers;

namespace TestLab.Processor.Control;

/// <summary>RDMSR and WRMSR: the core's registers here, those of the local APIC and the like at the board.</summary>
/// <remarks>False means #GP(0), which the caller raises unless it is raised already.</remarks>
internal sealed unsafe class ModelRegisters(Cpu cpu)
{
    /// <summary>Eight variable ranges, fixed ranges, write combining.</summary>
    private const ulong MemoryTypeCapabilitiesValue = 0x508;
    private const ulong FeatureControlLocked = 1;
    private const ulong MachineCheckBanks = 2;
    private const int FirstFixedRange = 16;
    private const int RangeCount = CpuState.MemoryTypeRangeCount;

    private readonly CpuState* _state = cpu.State;

    private ref SegmentRegister Fs => ref _state->Segments[(int)SegmentIndex.Fs];

    private ref SegmentRegister Gs => ref _state->Segments[(int)SegmentIndex.Gs];

    /// <summary>The time stamp counter as the guest sees it.</summary>
    public ulong TimeStamp => cpu.Bus.TimeStampCounter + _state->TscAdjust;

    /// <summary>What firmware leaves: all memory write-back but the hole for devices below 4 GiB, and the old video memory.</summary>
    public void SetUpMemoryTypes()
    {
        _state->MemoryTypeDefault = 0xC06;
        _state->MemoryTypeRanges[0] = GuestMemory.HoleBase;
        _state->MemoryTypeRanges[1] = ((1UL << PageWalker.PhysicalAddressBits) - (GuestMemory.HighBase - GuestMemory.HoleBase)) | 0x800;
        for (int i = FirstFixedRange; i < RangeCount; i++)
            _state->MemoryTypeRanges[i] = i == FirstFixedRange + 2 ? 0UL : 0x0606_0606_0606_0606UL;
    }

    public bool TryRead(uint index, out ulong value)
    {
        if (IndexOfRange(index) is >= 0 and var range)
        {
            value = _state->MemoryTypeRanges[range];
            return true;
        }

        switch (index)
        {
            case TimeStampCounter: value = TimeStamp; break;
            case MachineCheckCapabilities: value = MachineCheckBanks; break;
            case PlatformId or MachineCheckStatus or (>= MachineCheckBankFirst and <= MachineCheckBankLast): value = 0; break;
            case FeatureControl: value = FeatureControlLocked; break;
            case TscAdjust: value = _state->TscAdjust; break;
            case MicrocodeRevision: value = 0; break;
            case MemoryTypeCapabilities: value = MemoryTypeCapabilitiesValue; break;
            case ArchitectureCapabilities: return TryReadCapabilities(out value);
            case SysenterCs: value = _state->SysenterCs; break;
            case SysenterEsp: value = _state->SysenterEsp; break;
            case SysenterEip: value = _state->SysenterEip; break;
            case MiscellaneousEnable: value = _state->MiscellaneousEnable; break;
            case DebugControl: value = _state->DebugControl; break;
            case PageAttributeTable: value = _state->PageAttributeTable; break;
            case MemoryTypeDefault: value = _state->MemoryTypeDefault; break;
            case >= ExtendedFeatures and <= TscAuxiliary when cpu.Model.ExtendedFeatures != 0: return TryReadExtended(index, out value);
            default: return TryReadOutside(index, out value);
        }

        return true;
    }

    public bool TryWrite(uint index, ulong value)
    {
        if (IndexOfRange(index) is >= 0 and var range)
        {
            _state->MemoryTypeRanges[range] = value;
            return true;
        }

        switch (index)
        {
            case TimeStampCounter: _state->TscAdjust += value - TimeStamp; break;
            case TscAdjust: _state->TscAdjust = value; break;
            case MicrocodeUpdate or MicrocodeRevision or PlatformId or MachineCheckStatus: break;
            case >= MachineCheckBankFirst and <= MachineCheckBankLast: break; // Nothing ever goes wrong here.
            case SysenterCs: _state->SysenterCs = value; break;
            case SysenterEsp when IsAddress(value): _state->SysenterEsp = value; break;
            case SysenterEip when IsAddress(value): _state->SysenterEip = value; break;
            case MiscellaneousEnable: _state->MiscellaneousEnable = value; break;
            case DebugControl when value <= 0xFFFF: _state->DebugControl = value; break;
            case PageAttributeTable when IsPageAttributeTable(value): _state->PageAttributeTable = value; break;
            case MemoryTypeDefault when (value & ~0xCFFUL) == 0: _state->MemoryTypeDefault = value; break;
            case >= ExtendedFeatures and <= TscAuxiliary when cpu.Model.ExtendedFeatures != 0: return TryWriteExtended(index, value);
            case TscDeadline: return cpu.Bus.TryWriteModelSpecificRegister(index, value == 0 ? 0 : value - _state->TscAdjust);
            case SysenterEsp or SysenterEip or DebugControl or PageAttributeTable or MemoryTypeDefault: return false;
            default: return cpu.Bus.TryWriteModelSpecificRegister(index, value);
        }

        return true;
    }

    private bool TryReadOutside(uint index, out ulong value)
    {
        if (!cpu.Bus.TryReadModelSpecificRegister(index, out value)) return false;
        if (index == TscDeadline && value != 0) value += _state->TscAdjust;
        return true;
    }

    private bool TryReadCapabilities(out ulong value)
    {
        value = cpu.Model.ArchitectureCapabilities;
        return value != 0;
    }

    private bool TryReadExtended(uint index, out ulong value)
    {
        switch (index)
        {
            case ExtendedFeatures: value = _state->Efer; break;
            case Star: value = _state->Star; break;
            case LongStar: value = _state->LongStar; break;
            case CompatibilityStar: value = _state->CompatibilityStar; break;
            case SyscallMask: value = _state->SyscallMask; break;
            case FsBase: value = Fs.Base; break;
            case GsBase: value = Gs.Base; break;
            case KernelGsBase: value = _state->KernelGsBase; break;
            case TscAuxiliary: value = _state->TscAuxiliary; break;
            default: return TryReadOutside(index, out value);
        }

        return true;
    }

    private bool TryWriteExtended(uint index, ulong value)
    {
        switch (index)
        {
            case ExtendedFeatures: return cpu.Control.TryWriteExtendedFeatures(value);
            case Star: _state->Star = value; break;
            case LongStar when Canonical.Is(value): _state->LongStar = value; break;
            case CompatibilityStar when Canonical.Is(value): _state->CompatibilityStar = value; break;
            case SyscallMask when value <= uint.MaxValue: _state->SyscallMask = value; break;
            case FsBase when Canonical.Is(value): Fs.Base = value; break;
            case GsBase when Canonical.Is(value): Gs.Base = value; break;
            case KernelGsBase when Canonical.Is(value): _state->KernelGsBase = value; break;
            case TscAuxiliary when value <= uint.MaxValue: _state->TscAuxiliary = value; break;
            case <= SyscallMask or (>= FsBase and <= TscAuxiliary): return false;
            default: return cpu.Bus.TryWriteModelSpecificRegister(index, value);
        }

        return true;
    }

    private bool IsAddress(ulong value) => cpu.Model.HasLongMode ? Canonical.Is(value) : value <= uint.MaxValue;

    private static bool IsPageAttributeTable(ulong value)
    {
        for (int i = 0; i < 8; i++)
            if ((value >> (8 * i) & 0xFF) is 2 or 3 or > 7) return false;
        return true;
    }

    /// <summary>The place of a memory type register in the state, or -1.</summary>
    private static int IndexOfRange(uint index) => index switch
    {
        >= MemoryTypeFirst and <= MemoryTypeLast => (int)(index - MemoryTypeFirst),
        MemoryTypeFixed64K => 16,
        MemoryTypeFixed16K80000 => 17,
        MemoryTypeFixed16KA0000 => 18,
        >= MemoryTypeFixed4KFirst and <= MemoryTypeFixed4KLast => (int)(19 + index - MemoryTypeFixed4KFirst),
        _ => -1,
    };
}
