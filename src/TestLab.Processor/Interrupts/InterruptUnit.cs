using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.Segments;
using TestLab.Processor.State;

namespace TestLab.Processor.Interrupts;

/// <summary>Delivers interrupts and exceptions through the interrupt descriptor table (SDM volume 3, chapter 6).</summary>
/// <remarks>
/// A delivery changes nothing but the stack below the stack pointer until it is sure to succeed; one that faults
/// becomes the delivery of that fault, a double fault, or the shutdown.
/// </remarks>
internal sealed unsafe class InterruptUnit(Cpu cpu)
{
    private readonly CpuState* _state = cpu.State;
    private readonly SegmentUnit _segments = cpu.Segments;

    /// <param name="vector">0 to 255.</param>
    /// <param name="kind">Where it comes from.</param>
    /// <param name="errorCode">Pushed where the vector has one and the kind is an exception.</param>
    /// <param name="returnRip">The instruction pointer to push; a fault of the delivery itself returns to <see cref="CpuState.Rip"/>.</param>
    public void Deliver(byte vector, InterruptKind kind, uint errorCode, ulong returnRip)
    {
        bool alone = _state->IsSingleInstruction;
        _state->IsSingleInstruction = true;
        _state->Exit = ExitCause.None;
        while (!TryDeliver(vector, kind, errorCode, returnRip))
        {
            if (kind == InterruptKind.Exception && vector == Vectors.DoubleFault)
            {
                cpu.ShutDown();
                break;
            }

            byte second = _state->ExceptionVector;
            bool isDouble = kind == InterruptKind.Exception && MakeDoubleFault(vector, second);
            (vector, errorCode) = isDouble ? (Vectors.DoubleFault, 0) : (second, _state->ExceptionErrorCode);
            (kind, returnRip) = (InterruptKind.Exception, _state->Rip);
            _state->Exit = ExitCause.None;
        }

        _state->IsSingleInstruction = alone;
        _state->Exit = ExitCause.None;
    }

    /// <summary>Whether a second exception during the first one's delivery is a double fault (SDM volume 3, table 6-5).</summary>
    private static bool MakeDoubleFault(byte first, byte second) =>
        IsContributory(first) ? IsContributory(second)
        : first == Vectors.PageFault && (second == Vectors.PageFault || IsContributory(second));

    private static bool IsContributory(byte vector) => vector is Vectors.DivideError
        or Vectors.InvalidTaskState or Vectors.SegmentNotPresent or Vectors.StackFault or Vectors.GeneralProtection;

    private bool TryDeliver(byte vector, InterruptKind kind, uint errorCode, ulong returnRip)
    {
        bool isProtected = (_state->Cr0 & ControlRegisters.ProtectionEnable) != 0;
        bool isFault = kind == InterruptKind.Exception && vector != Vectors.Debug;
        var frame = new InterruptFrame
        {
            Vector = vector,
            IsSoftware = kind == InterruptKind.Software,
            HasErrorCode = isProtected && isFault && Faults.HasErrorCode(vector),
            ErrorCode = errorCode,
            Rip = returnRip,
            Flags = Flags.ReadAll(_state) | (isFault ? (uint)SystemFlags.Resume : 0),
        };
        _segments.External = frame.IsSoftware ? 0u : 1u;
        bool done = !isProtected ? TryDeliverReal(frame) : _segments.IsLongMode ? TryDeliverLong(frame) : TryDeliverProtected(frame);
        _segments.External = 0;
        if (done) cpu.StateChanged();
        return done;
    }

    private bool TryDeliverReal(in InterruptFrame frame)
    {
        if (frame.Vector * 4 + 3 > _state->Idtr.Limit) return _segments.Fault(Vectors.GeneralProtection);
        if (!cpu.Mmu.TryReadSystem(_state->Idtr.Base + (ulong)frame.Vector * 4, out uint target)) return false;
        StackView stack = StackView.Current(cpu);
        if (!stack.TryPush(frame.Flags, 2)) return false;
        if (!stack.TryPush(_state->Segments[(int)SegmentIndex.Cs].Selector, 2)) return false;
        if (!stack.TryPush(frame.Rip, 2)) return false;
        stack.Commit();
        _state->SystemFlags &= ~(SystemFlags.Interrupt | SystemFlags.Trap | SystemFlags.AlignmentCheck | SystemFlags.Resume);
        _segments.LoadParagraph(SegmentIndex.Cs, (ushort)(target >> 16));
        _state->Rip = (ushort)target;
        return true;
    }

    private bool TryDeliverProtected(in InterruptFrame frame)
    {
        if (!TryReadGate(frame, out Descriptor gate)) return false;
        if (gate.Type == SystemSegmentType.TaskGate) return TryDeliverToTask(frame, gate);
        if (!TryFetchHandler(gate, out Descriptor code)) return false;

        bool inner = !code.IsConforming && code.PrivilegeLevel < _segments.Privilege;
        bool fromVirtual = (_state->SystemFlags & SystemFlags.Virtual8086) != 0;
        if (fromVirtual && (!inner || code.PrivilegeLevel != 0)) return _segments.FaultAt(Vectors.GeneralProtection, gate.GateSelector);

        int privilege = inner ? code.PrivilegeLevel : _segments.Privilege;
        StackView stack = StackView.Current(cpu);
        SegmentRegister stackSegment = _state->Segments[(int)SegmentIndex.Ss];
        int size = gate.Type.IsWide() ? 4 : 2;
        if (inner)
        {
            ushort outerSelector = stackSegment.Selector;
            if (!TaskState.TryReadStack(cpu, privilege, out stack, out stackSegment)) return false;
            if (fromVirtual && !TryPushVirtualSegments(ref stack, size)) return false;
            if (!stack.TryPush(outerSelector, size) || !stack.TryPush(_state->Rsp, size)) return false;
        }

        if (!TryPushFrame(ref stack, frame, size)) return false;
        if (gate.GateOffset > code.Limit) return _segments.Fault(Vectors.GeneralProtection);

        if (fromVirtual) DropVirtualSegments();
        _state->Segments[(int)SegmentIndex.Ss] = stackSegment;
        Enter(gate, code, privilege, stack);
        return true;
    }

    private bool TryDeliverLong(in InterruptFrame frame)
    {
        if (!TryReadGate(frame, out Descriptor gate)) return false;
        if (!TryFetchHandler(gate, out Descriptor code)) return false;
        if (!code.IsLong || code.Is(SegmentAttributes.Big)) return _segments.FaultAt(Vectors.GeneralProtection, gate.GateSelector);

        bool inner = !code.IsConforming && code.PrivilegeLevel < _segments.Privilege;
        int privilege = inner ? code.PrivilegeLevel : _segments.Privilege;
        ulong pointer = _state->Rsp;
        int tableIndex = gate.GateStackTableIndex;
        if ((inner || tableIndex != 0) && !TaskState.TryReadStackPointer(cpu, privilege, tableIndex, out pointer)) return false;

        SegmentRegister stackSegment = _state->Segments[(int)SegmentIndex.Ss];
        var stack = new StackView(cpu, stackSegment, pointer & ~15UL, is64: true, privilege);
        if (!stack.TryPush(stackSegment.Selector, 8) || !stack.TryPush(_state->Rsp, 8)) return false;
        if (!TryPushFrame(ref stack, frame, 8)) return false;
        if (!Canonical.Is(gate.GateOffset)) return _segments.Fault(Vectors.GeneralProtection);

        if (inner) _state->Segments[(int)SegmentIndex.Ss] = _segments.MakeNull(SegmentIndex.Ss, (ushort)privilege);
        Enter(gate, code, privilege, stack);
        return true;
    }

    private bool TryReadGate(in InterruptFrame frame, out Descriptor gate)
    {
        gate = default;
        bool isLong = _segments.IsLongMode;
        int size = isLong ? 16 : 8;
        if (frame.Vector * size + size - 1 > _state->Idtr.Limit) return _segments.Fault(Vectors.GeneralProtection, frame.GateError);
        ulong place = _state->Idtr.Base + (ulong)(frame.Vector * size);
        if (!cpu.Mmu.TryReadSystem(place, out ulong low)) return false;
        ulong high = 0;
        if (isLong && !cpu.Mmu.TryReadSystem(place + 8, out high)) return false;
        gate = new Descriptor(low, high);
        bool valid = gate.IsSystem && (gate.Type.IsTrapGate() || gate.Type.IsInterruptGate() || gate.Type == SystemSegmentType.TaskGate);
        if (isLong) valid &= gate.Type is SystemSegmentType.InterruptGate32 or SystemSegmentType.TrapGate32;
        if (!valid) return _segments.Fault(Vectors.GeneralProtection, frame.GateError);
        if (frame.IsSoftware && gate.PrivilegeLevel < _segments.Privilege) return _segments.Fault(Vectors.GeneralProtection, frame.GateError);
        return gate.IsPresent || _segments.Fault(Vectors.SegmentNotPresent, frame.GateError);
    }

    private bool TryFetchHandler(in Descriptor gate, out Descriptor code)
    {
        ushort selector = gate.GateSelector;
        if (!_segments.TryFetchCode(selector, out code)) return false;
        if (!code.IsCode || code.PrivilegeLevel > _segments.Privilege) return _segments.FaultAt(Vectors.GeneralProtection, selector);
        if (!code.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        return _segments.TryMarkAccessed(selector, ref code);
    }

    private bool TryPushVirtualSegments(ref StackView stack, int size) =>
        stack.TryPush(_state->Segments[(int)SegmentIndex.Gs].Selector, size)
        && stack.TryPush(_state->Segments[(int)SegmentIndex.Fs].Selector, size)
        && stack.TryPush(_state->Segments[(int)SegmentIndex.Ds].Selector, size)
        && stack.TryPush(_state->Segments[(int)SegmentIndex.Es].Selector, size);

    private bool TryPushFrame(ref StackView stack, in InterruptFrame frame, int size) =>
        stack.TryPush(frame.Flags, size)
        && stack.TryPush(_state->Segments[(int)SegmentIndex.Cs].Selector, size)
        && stack.TryPush(frame.Rip, size)
        && (!frame.HasErrorCode || stack.TryPush(frame.ErrorCode, size));

    private void DropVirtualSegments()
    {
        foreach (SegmentIndex index in (ReadOnlySpan<SegmentIndex>)[SegmentIndex.Es, SegmentIndex.Ds, SegmentIndex.Fs, SegmentIndex.Gs])
            _state->Segments[(int)index] = _segments.MakeNull(index, 0);
    }

    private void Enter(in Descriptor gate, in Descriptor code, int privilege, in StackView stack)
    {
        _segments.CommitCode(gate.GateSelector, code, privilege);
        stack.Commit();
        _state->Rip = gate.GateOffset;
        _state->SystemFlags &= ~(SystemFlags.Trap | SystemFlags.NestedTask | SystemFlags.Resume | SystemFlags.Virtual8086);
        if (gate.Type.IsInterruptGate()) _state->SystemFlags &= ~SystemFlags.Interrupt;
    }

    private bool TryDeliverToTask(in InterruptFrame frame, in Descriptor gate)
    {
        if (!cpu.Tasks.TrySwitchThroughGate(gate, TaskSwitchSource.Interrupt, frame.Rip)) return false;
        if (_state->Exit == ExitCause.Exception) return false;
        if (!frame.HasErrorCode) return true;
        StackView stack = StackView.Current(cpu);
        if (!stack.TryPush(frame.ErrorCode, cpu.Tasks.IsWide ? 4 : 2)) return false;
        stack.Commit();
        return true;
    }
}
