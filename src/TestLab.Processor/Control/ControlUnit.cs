using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Control;

/// <summary>Control registers, EFER and debug registers with their checks (SDM volume 3, section 2.5; volume 2, MOV CR, MOV DR).</summary>
/// <remarks>A write that returns false has raised #GP(0) and changed nothing.</remarks>
internal sealed unsafe class ControlUnit(Cpu cpu)
{
    private const ulong Cr0Writable = ControlRegisters.ProtectionEnable | ControlRegisters.MonitorCoprocessor
        | ControlRegisters.Emulation | ControlRegisters.TaskSwitched | ControlRegisters.NumericError
        | ControlRegisters.WriteProtect | ControlRegisters.AlignmentMask | ControlRegisters.NotWriteThrough
        | ControlRegisters.CacheDisable | ControlRegisters.Paging;

    private const ulong MappingBits4 = ControlRegisters.PageSizeExtensions | ControlRegisters.PhysicalAddressExtension
        | ControlRegisters.PageGlobalEnable;

    private const ulong DirectoryPointerReserved = 0x1E6 | (~((1UL << PageWalker.PhysicalAddressBits) - 1));

    private readonly CpuState* _state = cpu.State;

    public bool TryWrite(int number, ulong value)
    {
        switch (number)
        {
            case 0: return TryWrite0(value);
            case 2:
                _state->Cr2 = value;
                return true;
            case 3: return TryWrite3(value);
            case 4: return TryWrite4(value);
            default:
                if (value > 15) return Fault();
                cpu.Bus.TaskPriority = (byte)value;
                return true;
        }
    }

    public ulong Read(int number) => number switch
    {
        0 => _state->Cr0,
        2 => _state->Cr2,
        3 => _state->Cr3,
        4 => _state->Cr4,
        _ => cpu.Bus.TaskPriority,
    };

    public bool TryWrite0(ulong value)
    {
        if (value > uint.MaxValue) return Fault();
        value = (value & Cr0Writable) | ControlRegisters.ExtensionType;
        bool paging = (value & ControlRegisters.Paging) != 0;
        bool isProtected = (value & ControlRegisters.ProtectionEnable) != 0;
        if (paging && !isProtected) return Fault();
        if ((value & (ControlRegisters.NotWriteThrough | ControlRegisters.CacheDisable)) == ControlRegisters.NotWriteThrough) return Fault();

        ulong old = _state->Cr0;
        bool starts = paging && (old & ControlRegisters.Paging) == 0;
        bool stops = !paging && (old & ControlRegisters.Paging) != 0;
        bool wantsLong = (_state->Efer & ControlRegisters.LongModeEnable) != 0;
        if (starts && wantsLong)
        {
            if ((_state->Cr4 & ControlRegisters.PhysicalAddressExtension) == 0) return Fault();
            if (_state->Segments[(int)SegmentIndex.Cs].Is(SegmentAttributes.Long)) return Fault();
            if (!cpu.Tasks.IsWide) return Fault();
        }

        if (stops && (_state->Mode & CpuMode.Code64) != 0) return Fault();
        if (starts && !wantsLong && !TryCheckDirectoryPointers(_state->Cr3, _state->Cr4)) return false;

        _state->Cr0 = value;
        if (starts && wantsLong) _state->Efer |= ControlRegisters.LongModeActive;
        if (stops) _state->Efer &= ~ControlRegisters.LongModeActive;
        const ulong mapping = ControlRegisters.Paging | ControlRegisters.WriteProtect | ControlRegisters.ProtectionEnable;
        if (((old ^ value) & mapping) != 0) cpu.Mmu.FlushAll();
        cpu.StateChanged();
        return true;
    }

    public bool TryWriteExtendedFeatures(ulong value)
    {
        ulong writable = cpu.Model.ExtendedFeatures;
        if ((value & ~(writable | ControlRegisters.LongModeActive)) != 0) return Fault();
        ulong old = _state->Efer;
        if (((old ^ value) & ControlRegisters.LongModeEnable) != 0 && (_state->Cr0 & ControlRegisters.Paging) != 0) return Fault();
        _state->Efer = (value & writable) | (old & ControlRegisters.LongModeActive);
        if (((old ^ value) & ControlRegisters.NoExecuteEnable) != 0) cpu.Mmu.FlushAll();
        return true;
    }

    /// <summary>Registers 4 and 5 are 6 and 7 while CR4.DE is clear; the caller has refused them otherwise.</summary>
    public bool TryWriteDebug(int number, ulong value)
    {
        if (cpu.Debug.IsGuarded) return cpu.Debug.RaiseGeneralDetect();
        number = number is 4 or 5 ? number + 2 : number;
        if (number >= 6 && value > uint.MaxValue) return Fault();
        if (number < 4 && _state->Segments[(int)SegmentIndex.Cs].Is(SegmentAttributes.Long) && !Canonical.Is(value)) return Fault();
        _state->DebugRegisters[number] = number switch
        {
            6 => (value & 0xE00F) | Interrupts.DebugUnit.StatusFixed,
            7 => (value & 0xFFFF_2BFF) | Interrupts.DebugUnit.ControlFixed,
            _ => value,
        };
        if (number == 7) cpu.Debug.ControlChanged();
        return true;
    }

    public bool TryReadDebug(int number, out ulong value)
    {
        value = 0;
        if (cpu.Debug.IsGuarded) return cpu.Debug.RaiseGeneralDetect();
        value = _state->DebugRegisters[number is 4 or 5 ? number + 2 : number];
        return true;
    }

    private bool TryWrite3(ulong value)
    {
        bool isLong = (_state->Efer & ControlRegisters.LongModeActive) != 0;
        if (isLong && value >> PageWalker.PhysicalAddressBits != 0) return Fault();
        if (!isLong && (_state->Cr0 & ControlRegisters.Paging) != 0 && !TryCheckDirectoryPointers(value, _state->Cr4)) return false;
        _state->Cr3 = value;
        cpu.Mmu.FlushLocal();
        return true;
    }

    private bool TryWrite4(ulong value)
    {
        if ((value & ~cpu.Model.ControlRegister4) != 0) return Fault();
        ulong changed = _state->Cr4 ^ value;
        if ((_state->Efer & ControlRegisters.LongModeActive) != 0)
        {
            if ((value & ControlRegisters.PhysicalAddressExtension) == 0) return Fault();
        }
        else if ((_state->Cr0 & ControlRegisters.Paging) != 0 && (changed & MappingBits4) != 0
            && !TryCheckDirectoryPointers(_state->Cr3, value))
        {
            return false;
        }

        _state->Cr4 = value;
        if ((changed & MappingBits4) != 0) cpu.Mmu.FlushAll();
        cpu.StateChanged();
        return true;
    }

    /// <summary>With three levels, reserved bits of the four directory pointers are found when they are loaded.</summary>
    private bool TryCheckDirectoryPointers(ulong cr3, ulong cr4)
    {
        if ((cr4 & ControlRegisters.PhysicalAddressExtension) == 0) return true;
        for (uint i = 0; i < 4; i++)
        {
            ulong pointer = cpu.ReadPhysical((cr3 & 0xFFFF_FFE0) + 8 * i);
            if ((pointer & 1) != 0 && (pointer & DirectoryPointerReserved) != 0) return Fault();
        }

        return true;
    }

    private bool Fault() => cpu.Segments.Fault(Vectors.GeneralProtection);
}
