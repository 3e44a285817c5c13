using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Segments;

/// <summary>Reads descriptors and loads segment registers with all checks (SDM volume 3, chapters 3 and 5).</summary>
/// <remarks>
/// A method that returns false has raised the fault and changed nothing. The state's mode bits are not updated here:
/// whoever completes an instruction or an event calls <see cref="Cpu.StateChanged"/>.
/// </remarks>
internal sealed unsafe class SegmentUnit(Cpu cpu)
{
    private readonly CpuState* _state = cpu.State;

    /// <summary>EXT of error codes: 1 while an event is delivered that the program did not ask for.</summary>
    public uint External { get; set; }

    public bool IsLongMode => (_state->Efer & ControlRegisters.LongModeActive) != 0;

    public bool IsCode64 => (_state->Mode & CpuMode.Code64) != 0;

    public bool IsParagraphs => (_state->Mode & CpuMode.Paragraphs) != 0;

    public int Privilege => _state->CurrentPrivilegeLevel;

    /// <summary>Raises a fault whose error code is 0 or names a selector; always false.</summary>
    public bool Fault(byte vector, int errorCode = 0)
    {
        Faults.Raise(_state, null, vector, (uint)errorCode | External);
        return false;
    }

    public bool FaultAt(byte vector, ushort selector) => Fault(vector, selector & 0xFFFC);

    public static bool IsNull(ushort selector) => (selector & 0xFFFC) == 0;

    /// <summary>The linear address of a selector's descriptor; false, without a fault, beyond the table.</summary>
    public bool TryLocate(ushort selector, int size, out ulong address)
    {
        int offset = selector & 0xFFF8;
        ref SegmentRegister local = ref _state->Segments[(int)SegmentIndex.LocalDescriptorTable];
        bool isLocal = (selector & 4) != 0;
        address = (isLocal ? local.Base : _state->Gdtr.Base) + (ulong)offset;
        if (!IsLongMode) address = (uint)address;
        if (isLocal && local.Is(SegmentAttributes.Unusable)) return false;
        return (uint)(offset + size - 1) <= (isLocal ? local.Limit : _state->Gdtr.Limit);
    }

    /// <summary>Reads the descriptor of a selector that is not null; beyond the table the fault names the selector.</summary>
    public bool TryFetch(ushort selector, byte vector, out Descriptor descriptor)
    {
        descriptor = default;
        if (!TryLocate(selector, 8, out ulong address)) return FaultAt(vector, selector);
        if (!cpu.Mmu.TryReadSystem(address, out ulong low)) return false;
        descriptor = new Descriptor(low);
        return true;
    }

    /// <summary>Reads the second half of a system descriptor in long mode.</summary>
    public bool TryFetchWide(ushort selector, byte vector, ref Descriptor descriptor)
    {
        if (!IsLongMode) return true;
        if (!TryLocate(selector, 16, out ulong address)) return FaultAt(vector, selector);
        if (!cpu.Mmu.TryReadSystem(address + 8, out ulong high)) return false;
        if ((high >> 40 & 31) != 0) return FaultAt(vector, selector);
        descriptor = descriptor with { High = high };
        return true;
    }

    /// <summary>Sets the accessed bit, in the register image and in memory.</summary>
    public bool TryMarkAccessed(ushort selector, ref Descriptor descriptor) =>
        descriptor.Is(SegmentAttributes.Accessed) || TrySetBits(selector, ref descriptor, Descriptor.AccessedBit);

    public bool TrySetBits(ushort selector, ref Descriptor descriptor, ulong bits)
    {
        descriptor = descriptor with { Low = descriptor.Low | bits };
        TryLocate(selector, 8, out ulong address);
        return cpu.Mmu.TryWriteSystem(address + 5, (byte)(descriptor.Low >> 40));
    }

    /// <summary>MOV, POP, LDS ...: any of ES, SS, DS, FS, GS in any mode.</summary>
    public bool TryLoad(SegmentIndex index, ushort selector)
    {
        if (IsParagraphs)
        {
            LoadParagraph(index, selector);
            return true;
        }

        SegmentRegister register;
        bool done = index == SegmentIndex.Ss
            ? TryMakeStack(selector, Privilege, Vectors.GeneralProtection, IsCode64 && Privilege != 3, out register)
            : TryMakeData(selector, Privilege, Vectors.GeneralProtection, index, out register);
        if (done) _state->Segments[(int)index] = register;
        return done;
    }

    /// <summary>Real-address and virtual-8086 mode. In the former limits stay, which is what unreal mode lives on.</summary>
    public void LoadParagraph(SegmentIndex index, ushort selector)
    {
        ref SegmentRegister register = ref _state->Segments[(int)index];
        register.Selector = selector;
        register.Base = (ulong)selector << 4;
        const SegmentAttributes data = SegmentAttributes.Present | SegmentAttributes.CodeOrData
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Accessed;
        if ((_state->SystemFlags & SystemFlags.Virtual8086) != 0)
        {
            register.Limit = 0xFFFF;
            register.Attributes = data | (SegmentAttributes)(3 << 5);
        }
        else
        {
            register.Attributes = data | (register.Attributes & SegmentAttributes.Big);
        }
    }

    /// <summary>A null selector's register: unusable, the rest as it was.</summary>
    public SegmentRegister MakeNull(SegmentIndex index, ushort selector)
    {
        SegmentRegister register = _state->Segments[(int)index];
        register.Selector = selector;
        register.Base = 0;
        register.Attributes |= SegmentAttributes.Unusable;
        return register;
    }

    public bool TryMakeData(ushort selector, int privilege, byte vector, SegmentIndex index, out SegmentRegister register)
    {
        register = MakeNull(index, selector);
        if (IsNull(selector)) return true;
        if (!TryFetch(selector, vector, out Descriptor descriptor)) return false;
        if (!descriptor.IsReadable) return FaultAt(vector, selector);
        if (!descriptor.IsConforming && Math.Max(selector & 3, privilege) > descriptor.PrivilegeLevel) return FaultAt(vector, selector);
        if (!descriptor.IsPresent) return FaultAt(Vectors.SegmentNotPresent, selector);
        if (!TryMarkAccessed(selector, ref descriptor)) return false;
        register = descriptor.ToRegister(selector);
        return true;
    }

    /// <param name="selector">Its requested privilege level must be the stack's.</param>
    /// <param name="privilege">The level that the stack is for.</param>
    /// <param name="vector">#GP for loads and returns, #TS for stacks that a task state names.</param>
    /// <param name="allowsNull">In 64-bit mode below level 3.</param>
    /// <param name="register">The loaded register.</param>
    public bool TryMakeStack(ushort selector, int privilege, byte vector, bool allowsNull, out SegmentRegister register)
    {
        register = MakeNull(SegmentIndex.Ss, selector);
        if (IsNull(selector)) return (allowsNull && (selector & 3) == privilege) || Fault(vector);
        if (!TryFetch(selector, vector, out Descriptor descriptor)) return false;
        if ((selector & 3) != privilege || descriptor.PrivilegeLevel != privilege || !descriptor.IsWritableData)
            return FaultAt(vector, selector);
        if (!descriptor.IsPresent) return FaultAt(Vectors.StackFault, selector);
        if (!TryMarkAccessed(selector, ref descriptor)) return false;
        register = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>Makes a checked code segment current; the selector gets the privilege level of the code.</summary>
    public void CommitCode(ushort selector, in Descriptor descriptor, int privilege)
    {
        _state->Segments[(int)SegmentIndex.Cs] = descriptor.ToRegister((selector & 0xFFFC) | privilege);
        _state->CurrentPrivilegeLevel = (byte)privilege;
    }

    /// <summary>Whether the offset lies in the code segment; otherwise #GP(0).</summary>
    public bool TryCheckTarget(in Descriptor code, ulong offset)
    {
        bool valid = IsLongMode && code.IsLong ? Canonical.Is(offset) : offset <= code.Limit;
        return valid || Fault(Vectors.GeneralProtection);
    }

    /// <summary>Code of a far transfer that keeps the privilege level.</summary>
    public bool TryFetchCode(ushort selector, out Descriptor descriptor)
    {
        descriptor = default;
        if (IsNull(selector)) return Fault(Vectors.GeneralProtection);
        return TryFetch(selector, Vectors.GeneralProtection, out descriptor);
    }

    /// <summary>The code segment of a return: its privilege level is the selector's (SDM volume 2, IRET, RET).</summary>
    public bool TryFetchReturnCode(ushort selector, out Descriptor descriptor)
    {
        if (!TryFetchCode(selector, out descriptor)) return false;
        int requested = selector & 3;
        if (!descriptor.IsCode || requested < Privilege || !IsConsistent(descriptor)
            || (descriptor.IsConforming ? descriptor.PrivilegeLevel > requested : descriptor.PrivilegeLevel != requested))
            return FaultAt(Vectors.GeneralProtection, selector);
        if (!descriptor.IsPresent) return FaultAt(Vectors.SegmentNotPresent, selector);
        return TryMarkAccessed(selector, ref descriptor);
    }

    /// <summary>Not both L and D in long mode.</summary>
    public bool IsConsistent(in Descriptor code) =>
        !IsLongMode || !code.Is(SegmentAttributes.Long | SegmentAttributes.Big);

    /// <summary>After a return to an outer level, segments that it may not use become null.</summary>
    public void DropInnerSegments()
    {
        DropInner(SegmentIndex.Es);
        DropInner(SegmentIndex.Ds);
        DropInner(SegmentIndex.Fs);
        DropInner(SegmentIndex.Gs);
    }

    private void DropInner(SegmentIndex index)
    {
        ref SegmentRegister register = ref _state->Segments[(int)index];
        if (register.Is(SegmentAttributes.Unusable) || register.DescriptorPrivilegeLevel >= Privilege) return;
        if (register.Is(SegmentAttributes.Code | SegmentAttributes.ExpandDownOrConforming)) return;
        register.Selector = 0;
        register.Attributes |= SegmentAttributes.Unusable;
    }
}
