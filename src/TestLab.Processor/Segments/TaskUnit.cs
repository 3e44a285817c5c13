using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Segments;

/// <summary>The task register, the local descriptor table, and task switches outside long mode (SDM volume 3, chapter 7).</summary>
/// <remarks>
/// A switch that faults before its commit has changed nothing but the old task's image in memory. What faults later
/// belongs to the new task: the switch counts as done, and the exception is pending in the state.
/// </remarks>
internal sealed unsafe class TaskUnit(Cpu cpu)
{
    private readonly CpuState* _state = cpu.State;
    private readonly SegmentUnit _segments = cpu.Segments;

    /// <summary>The current task state is a 32-bit one (64-bit in long mode).</summary>
    public bool IsWide => ((SystemSegmentType)((int)Task.Attributes & 15)).IsWide();

    private ref SegmentRegister Task => ref _state->Segments[(int)SegmentIndex.Task];

    /// <summary>LTR.</summary>
    public bool TryLoadTask(ushort selector)
    {
        if (SegmentUnit.IsNull(selector)) return _segments.Fault(Vectors.GeneralProtection);
        if (!TryFetchSystem(selector, Vectors.GeneralProtection, out Descriptor descriptor)) return false;
        if (!descriptor.Type.IsAvailableTask() || (_segments.IsLongMode && !descriptor.Type.IsWide()))
            return _segments.FaultAt(Vectors.GeneralProtection, selector);
        if (!descriptor.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        if (!_segments.TryFetchWide(selector, Vectors.GeneralProtection, ref descriptor)) return false;
        if (!_segments.TrySetBits(selector, ref descriptor, Descriptor.BusyBit)) return false;
        Task = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>LLDT.</summary>
    public bool TryLoadLocalTable(ushort selector, byte vector = Vectors.GeneralProtection)
    {
        ref SegmentRegister local = ref _state->Segments[(int)SegmentIndex.LocalDescriptorTable];
        if (SegmentUnit.IsNull(selector))
        {
            local.Selector = selector;
            local.Attributes |= SegmentAttributes.Unusable;
            return true;
        }

        if (!TryFetchSystem(selector, vector, out Descriptor descriptor)) return false;
        if (descriptor.Type != SystemSegmentType.LocalDescriptorTable) return _segments.FaultAt(vector, selector);
        if (!descriptor.IsPresent)
            return _segments.FaultAt(vector == Vectors.GeneralProtection ? Vectors.SegmentNotPresent : vector, selector);
        if (!_segments.TryFetchWide(selector, vector, ref descriptor)) return false;
        local = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>A task gate of a descriptor table or of the interrupt descriptor table; its own checks are done.</summary>
    public bool TrySwitchThroughGate(in Descriptor gate, TaskSwitchSource source, ulong returnRip)
    {
        ushort selector = gate.GateSelector;
        if (SegmentUnit.IsNull(selector)) return _segments.Fault(Vectors.GeneralProtection);
        if (!TryFetchSystem(selector, Vectors.GeneralProtection, out Descriptor task)) return false;
        if (!task.Type.IsAvailableTask()) return _segments.FaultAt(Vectors.GeneralProtection, selector);
        if (!task.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        return TrySwitch(selector, task, source, returnRip);
    }

    /// <summary>IRET with NT set: back to the task that the link names.</summary>
    public bool TryReturn(ulong returnRip)
    {
        if (!cpu.Mmu.TryReadSystem(Task.Base, out ushort selector)) return false;
        if (SegmentUnit.IsNull(selector)) return _segments.FaultAt(Vectors.InvalidTaskState, selector);
        if (!TryFetchSystem(selector, Vectors.InvalidTaskState, out Descriptor task)) return false;
        if (!task.Type.IsBusyTask()) return _segments.FaultAt(Vectors.InvalidTaskState, selector);
        if (!task.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        return TrySwitch(selector, task, TaskSwitchSource.Return, returnRip);
    }

    /// <summary>Switches to a task whose descriptor is checked.</summary>
    public bool TrySwitch(ushort selector, Descriptor descriptor, TaskSwitchSource source, ulong returnRip)
    {
        bool wide = descriptor.Type.IsWide();
        if (descriptor.Limit < TaskImage.LastOffset(wide)) return _segments.FaultAt(Vectors.InvalidTaskState, selector);
        bool nests = source is TaskSwitchSource.Call or TaskSwitchSource.Interrupt;
        TaskImage image = default;
        if (!image.TryRead(cpu, descriptor.Base, wide)) return false;

        var old = TaskImage.Capture(_state, returnRip);
        if (source == TaskSwitchSource.Return) old.Flags &= ~(uint)SystemFlags.NestedTask;
        ushort oldSelector = Task.Selector;
        if (!old.TryWrite(cpu, Task.Base, IsWide)) return false;
        if (nests && !cpu.Mmu.TryWriteSystem(descriptor.Base, oldSelector)) return false;
        if (!nests && !TryClearBusy(oldSelector)) return false;
        descriptor = descriptor with { Low = descriptor.Low | Descriptor.BusyBit };
        if (source != TaskSwitchSource.Return && !_segments.TrySetBits(selector, ref descriptor, Descriptor.BusyBit)) return false;

        if (nests) image.Flags |= (uint)SystemFlags.NestedTask;
        Task = descriptor.ToRegister(selector);
        Enter(image, wide);
        return true;
    }

    private void Enter(in TaskImage image, bool wide)
    {
        _state->Cr0 |= ControlRegisters.TaskSwitched;
        if (wide && (_state->Cr0 & ControlRegisters.Paging) != 0)
        {
            _state->Cr3 = image.PageDirectory;
            cpu.Mmu.FlushLocal();
        }

        image.Load(_state);
        bool isVirtual = (_state->SystemFlags & SystemFlags.Virtual8086) != 0;
        _state->CurrentPrivilegeLevel = isVirtual ? (byte)3 : (byte)(image.Selectors[(int)SegmentIndex.Cs] & 3);
        for (SegmentIndex index = SegmentIndex.Es; index <= SegmentIndex.Gs; index++)
            _state->Segments[(int)index] = _segments.MakeNull(index, image.Selectors[(int)index]);
        bool done = TryLoadLocalTable(image.LocalTable, Vectors.InvalidTaskState) && TryLoadSegments(image, isVirtual);
        cpu.StateChanged();
        if (!done) return;
        if (!image.Traps) return;
        _state->DebugRegisters[6] |= 1 << 15;
        Faults.Raise(_state, null, Vectors.Debug, 0);
        _state->ExceptionKind = Interrupts.InterruptKind.Trap;
        _state->ExceptionReturn = _state->Rip;
    }

    private bool TryLoadSegments(in TaskImage image, bool isVirtual)
    {
        if (isVirtual)
        {
            for (SegmentIndex index = SegmentIndex.Es; index <= SegmentIndex.Gs; index++)
                _segments.LoadParagraph(index, image.Selectors[(int)index]);
            return true;
        }

        int privilege = _segments.Privilege;
        ushort selector = image.Selectors[(int)SegmentIndex.Cs];
        if (SegmentUnit.IsNull(selector)) return _segments.FaultAt(Vectors.InvalidTaskState, selector);
        if (!_segments.TryFetch(selector, Vectors.InvalidTaskState, out Descriptor code)) return false;
        if (!code.IsCode || (code.IsConforming ? code.PrivilegeLevel > privilege : code.PrivilegeLevel != privilege))
            return _segments.FaultAt(Vectors.InvalidTaskState, selector);
        if (!code.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        if (!_segments.TryMarkAccessed(selector, ref code)) return false;

        ref SegmentRegister stack = ref _state->Segments[(int)SegmentIndex.Ss];
        if (!_segments.TryMakeStack(stack.Selector, privilege, Vectors.InvalidTaskState, allowsNull: false, out SegmentRegister register))
            return false;
        stack = register;
        foreach (SegmentIndex index in (ReadOnlySpan<SegmentIndex>)[SegmentIndex.Es, SegmentIndex.Ds, SegmentIndex.Fs, SegmentIndex.Gs])
        {
            if (!_segments.TryMakeData(image.Selectors[(int)index], privilege, Vectors.InvalidTaskState, index, out register)) return false;
            _state->Segments[(int)index] = register;
        }

        _segments.CommitCode(selector, code, privilege);
        return image.Rip <= code.Limit || _segments.Fault(Vectors.GeneralProtection);
    }

    /// <summary>System descriptors lie in the global table.</summary>
    private bool TryFetchSystem(ushort selector, byte vector, out Descriptor descriptor)
    {
        descriptor = default;
        if ((selector & 4) != 0) return _segments.FaultAt(vector, selector);
        if (!_segments.TryFetch(selector, vector, out descriptor)) return false;
        return descriptor.IsSystem || _segments.FaultAt(vector, selector);
    }

    private bool TryClearBusy(ushort selector)
    {
        if (!_segments.TryLocate(selector, 8, out ulong address)) return true;
        if (!cpu.Mmu.TryReadSystem(address + 5, out byte type)) return false;
        return cpu.Mmu.TryWriteSystem(address + 5, (byte)(type & ~2));
    }
}
