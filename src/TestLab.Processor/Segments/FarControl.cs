using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Segments;

/// <summary>Far JMP, CALL and RET: direct, through gates, to tasks (SDM volume 2, CALL, JMP, RET; volume 3, section 5.8).</summary>
/// <remarks>A method that returns true has set RIP; one that returns false has raised the fault and changed nothing.</remarks>
internal sealed unsafe class FarControl(Cpu cpu)
{
    private readonly CpuState* _state = cpu.State;
    private readonly SegmentUnit _segments = cpu.Segments;

    public bool TryJump(ushort selector, ulong offset, ulong nextRip) => _segments.IsParagraphs
        ? TryJumpParagraph(selector, offset)
        : TryTransfer(selector, offset, size: 0, nextRip);

    public bool TryCall(ushort selector, ulong offset, int size, ulong nextRip) => _segments.IsParagraphs
        ? TryCallParagraph(selector, offset, size, nextRip)
        : TryTransfer(selector, offset, size, nextRip);

    /// <param name="size">Operand size in bytes.</param>
    /// <param name="released">Bytes of parameters to drop.</param>
    public bool TryReturn(int size, int released)
    {
        StackView stack = StackView.Current(cpu);
        if (!stack.TryPop(size, out ulong rip) || !stack.TryPop(size, out ulong popped)) return false;
        ushort selector = (ushort)popped;
        stack.Skip(released);
        if (_segments.IsParagraphs)
        {
            if (!TryJumpParagraph(selector, rip)) return false;
            stack.Commit();
            return true;
        }

        if (!_segments.TryFetchReturnCode(selector, out Descriptor code)) return false;
        int privilege = selector & 3;
        if (privilege == _segments.Privilege)
        {
            if (!_segments.TryCheckTarget(code, rip)) return false;
            stack.Commit();
            return Enter(selector, code, privilege, rip);
        }

        if (!stack.TryPop(size, out ulong pointer) || !stack.TryPop(size, out ulong stackSelector)) return false;
        bool to64 = _segments.IsLongMode && code.IsLong;
        if (!_segments.TryMakeStack((ushort)stackSelector, privilege, Vectors.GeneralProtection, to64 && privilege != 3, out SegmentRegister segment))
            return false;
        if (!_segments.TryCheckTarget(code, rip)) return false;
        stack = new StackView(cpu, segment, pointer, to64, privilege);
        stack.Skip(released);
        _state->Segments[(int)SegmentIndex.Ss] = segment;
        stack.Commit();
        Enter(selector, code, privilege, rip);
        _segments.DropInnerSegments();
        return true;
    }

    private bool TryJumpParagraph(ushort selector, ulong offset)
    {
        if (offset > _state->Segments[(int)SegmentIndex.Cs].Limit) return _segments.Fault(Vectors.GeneralProtection);
        _segments.LoadParagraph(SegmentIndex.Cs, selector);
        _state->Rip = offset;
        return true;
    }

    private bool TryCallParagraph(ushort selector, ulong offset, int size, ulong nextRip)
    {
        StackView stack = StackView.Current(cpu);
        if (!TryPushReturn(ref stack, size, nextRip)) return false;
        if (!TryJumpParagraph(selector, offset)) return false;
        stack.Commit();
        return true;
    }

    /// <param name="selector">Of code, a gate or a task.</param>
    /// <param name="offset">Meant for code only.</param>
    /// <param name="size">Operand size of a call; 0 for a jump.</param>
    /// <param name="nextRip">Return address.</param>
    private bool TryTransfer(ushort selector, ulong offset, int size, ulong nextRip)
    {
        if (!_segments.TryFetchCode(selector, out Descriptor target)) return false;
        if (target.IsSystem) return TryTransferThroughSystem(selector, target, size, nextRip);
        int requested = selector & 3;
        if (!target.IsCode || !_segments.IsConsistent(target)) return _segments.FaultAt(Vectors.GeneralProtection, selector);
        bool allowed = target.IsConforming ? target.PrivilegeLevel <= _segments.Privilege
            : requested <= _segments.Privilege && target.PrivilegeLevel == _segments.Privilege;
        if (!allowed) return _segments.FaultAt(Vectors.GeneralProtection, selector);
        if (!target.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        if (!_segments.TryMarkAccessed(selector, ref target)) return false;
        if (!_segments.TryCheckTarget(target, offset)) return false;
        if (size != 0)
        {
            StackView stack = StackView.Current(cpu);
            if (!TryPushReturn(ref stack, size, nextRip)) return false;
            stack.Commit();
        }

        return Enter(selector, target, _segments.Privilege, offset);
    }

    private bool TryTransferThroughSystem(ushort selector, Descriptor system, int size, ulong nextRip)
    {
        bool isLong = _segments.IsLongMode;
        bool isCallGate = system.Type.IsCallGate() && (!isLong || system.Type.IsWide());
        bool isTask = !isLong && (system.Type == SystemSegmentType.TaskGate || system.Type.IsAvailableTask());
        if ((!isCallGate && !isTask) || system.PrivilegeLevel < Math.Max(_segments.Privilege, selector & 3))
            return _segments.FaultAt(Vectors.GeneralProtection, selector);
        if (!system.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        if (isCallGate) return TryTransferThroughGate(selector, system, size, nextRip);

        TaskSwitchSource source = size == 0 ? TaskSwitchSource.Jump : TaskSwitchSource.Call;
        if (system.Type == SystemSegmentType.TaskGate) return cpu.Tasks.TrySwitchThroughGate(system, source, nextRip);
        if ((selector & 4) != 0) return _segments.FaultAt(Vectors.GeneralProtection, selector);
        return cpu.Tasks.TrySwitch(selector, system, source, nextRip);
    }

    private bool TryTransferThroughGate(ushort gateSelector, Descriptor gate, int size, ulong nextRip)
    {
        if (!_segments.TryFetchWide(gateSelector, Vectors.GeneralProtection, ref gate)) return false;
        ushort selector = gate.GateSelector;
        if (!_segments.TryFetchCode(selector, out Descriptor code)) return false;
        bool isLong = _segments.IsLongMode;
        bool isCall = size != 0;
        bool allowed = code.IsCode && (code.IsConforming || isCall
            ? code.PrivilegeLevel <= _segments.Privilege : code.PrivilegeLevel == _segments.Privilege);
        if (isLong) allowed &= code.IsLong && !code.Is(SegmentAttributes.Big);
        if (!allowed) return _segments.FaultAt(Vectors.GeneralProtection, selector);
        if (!code.IsPresent) return _segments.FaultAt(Vectors.SegmentNotPresent, selector);
        if (!_segments.TryMarkAccessed(selector, ref code)) return false;
        if (!isCall)
        {
            if (!_segments.TryCheckTarget(code, gate.GateOffset)) return false;
            return Enter(selector, code, _segments.Privilege, gate.GateOffset);
        }

        size = isLong ? 8 : gate.Type.IsWide() ? 4 : 2;
        bool inner = !code.IsConforming && code.PrivilegeLevel < _segments.Privilege;
        return inner ? TryCallInner(selector, code, gate, size, nextRip) : TryCallSame(selector, code, gate, size, nextRip);
    }

    private bool TryCallSame(ushort selector, in Descriptor code, in Descriptor gate, int size, ulong nextRip)
    {
        SegmentRegister segment = _state->Segments[(int)SegmentIndex.Ss];
        var stack = new StackView(cpu, segment, _state->Rsp, size == 8, _segments.Privilege);
        if (!TryPushReturn(ref stack, size, nextRip) || !_segments.TryCheckTarget(code, gate.GateOffset)) return false;
        stack.Commit();
        return Enter(selector, code, _segments.Privilege, gate.GateOffset);
    }

    private bool TryCallInner(ushort selector, in Descriptor code, in Descriptor gate, int size, ulong nextRip)
    {
        int privilege = code.PrivilegeLevel;
        StackView stack;
        SegmentRegister segment;
        if (size == 8)
        {
            if (!TaskState.TryReadStackPointer(cpu, privilege, 0, out ulong pointer)) return false;
            segment = _segments.MakeNull(SegmentIndex.Ss, (ushort)privilege);
            stack = new StackView(cpu, segment, pointer, is64: true, privilege);
        }
        else if (!TaskState.TryReadStack(cpu, privilege, out stack, out segment))
        {
            return false;
        }

        StackView outer = StackView.Current(cpu);
        ushort outerSelector = _state->Segments[(int)SegmentIndex.Ss].Selector;
        if (!stack.TryPush(outerSelector, size) || !stack.TryPush(_state->Rsp, size)) return false;
        if (size != 8 && !TryCopyParameters(ref stack, outer, gate.GateParameterCount, size)) return false;
        if (!TryPushReturn(ref stack, size, nextRip) || !_segments.TryCheckTarget(code, gate.GateOffset)) return false;
        _state->Segments[(int)SegmentIndex.Ss] = segment;
        stack.Commit();
        return Enter(selector, code, privilege, gate.GateOffset);
    }

    private static bool TryCopyParameters(ref StackView stack, StackView outer, int count, int size)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            StackView source = outer;
            source.Skip(i * size);
            if (!source.TryPop(size, out ulong value) || !stack.TryPush(value, size)) return false;
        }

        return true;
    }

    private bool TryPushReturn(ref StackView stack, int size, ulong nextRip) =>
        stack.TryPush(_state->Segments[(int)SegmentIndex.Cs].Selector, size) && stack.TryPush(nextRip, size);

    private bool Enter(ushort selector, in Descriptor code, int privilege, ulong rip)
    {
        _segments.CommitCode(selector, code, privilege);
        _state->Rip = rip;
        return true;
    }
}
