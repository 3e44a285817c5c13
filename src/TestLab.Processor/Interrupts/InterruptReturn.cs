using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.Segments;
using TestLab.Processor.State;

namespace TestLab.Processor.Interrupts;

/// <summary>IRET in all modes (SDM volume 2, IRET).</summary>
internal sealed unsafe class InterruptReturn(Cpu cpu)
{
    private readonly CpuState* _state = cpu.State;
    private readonly SegmentUnit _segments = cpu.Segments;

    /// <summary>Returns; false after a fault, with nothing changed.</summary>
    /// <param name="size">Operand size in bytes.</param>
    /// <param name="nextRip">Saved in the task state where the return switches tasks.</param>
    public bool TryReturn(int size, ulong nextRip)
    {
        bool done = _segments.IsParagraphs ? TryReturnByParagraphs(size)
            : (_state->SystemFlags & SystemFlags.NestedTask) != 0 ? TryReturnToTask(nextRip)
            : TryReturnProtected(size);
        if (!done) return false;
        _state->NonMaskableBlocked = false;
        cpu.StateChanged();
        return true;
    }

    private bool TryReturnByParagraphs(int size)
    {
        bool isVirtual = (_state->SystemFlags & SystemFlags.Virtual8086) != 0;
        if (isVirtual && (_state->SystemFlags & SystemFlags.IoPrivilegeLevel) != SystemFlags.IoPrivilegeLevel)
            return _segments.Fault(Vectors.GeneralProtection);

        StackView stack = StackView.Current(cpu);
        if (!stack.TryPop(size, out ulong rip) || !stack.TryPop(size, out ulong selector) || !stack.TryPop(size, out ulong flags)) return false;
        if (rip > _state->Segments[(int)SegmentIndex.Cs].Limit) return _segments.Fault(Vectors.GeneralProtection);
        stack.Commit();
        SystemFlags writable = SystemFlags.Trap | SystemFlags.Interrupt | SystemFlags.Direction | SystemFlags.NestedTask
            | (isVirtual ? 0 : SystemFlags.IoPrivilegeLevel);
        if (size != 2) writable |= SystemFlags.Resume | SystemFlags.AlignmentCheck | SystemFlags.Identification;
        FlagWriter.Write(cpu, flags, writable);
        _segments.LoadParagraph(SegmentIndex.Cs, (ushort)selector);
        _state->Rip = rip;
        return true;
    }

    private bool TryReturnToTask(ulong nextRip)
    {
        if (_segments.IsLongMode) return _segments.Fault(Vectors.GeneralProtection);
        return cpu.Tasks.TryReturn(nextRip);
    }

    private bool TryReturnProtected(int size)
    {
        StackView stack = StackView.Current(cpu);
        if (!stack.TryPop(size, out ulong rip) || !stack.TryPop(size, out ulong codeSelector) || !stack.TryPop(size, out ulong flags)) return false;
        if ((flags & (uint)SystemFlags.Virtual8086) != 0 && size == 4 && _segments.Privilege == 0 && !_segments.IsLongMode)
            return TryReturnToVirtual(stack, rip, codeSelector, flags);

        ushort selector = (ushort)codeSelector;
        if (!_segments.TryFetchReturnCode(selector, out Descriptor code)) return false;
        SystemFlags writable = WritableFlags(size);
        bool outer = (selector & 3) != _segments.Privilege;
        if (!outer && !_segments.IsCode64)
        {
            if (!_segments.TryCheckTarget(code, rip)) return false;
            stack.Commit();
        }
        else
        {
            if (!TryReturnStack(ref stack, size, selector & 3, code, out SegmentRegister stackSegment)) return false;
            if (!_segments.TryCheckTarget(code, rip)) return false;
            _state->Segments[(int)SegmentIndex.Ss] = stackSegment;
            stack.Commit();
        }

        _segments.CommitCode(selector, code, selector & 3);
        if (outer) _segments.DropInnerSegments();
        FlagWriter.Write(cpu, flags, writable);
        _state->Rip = rip;
        return true;
    }

    /// <summary>Replaces the stack by the one that the frame names.</summary>
    private bool TryReturnStack(ref StackView stack, int size, int privilege, in Descriptor code, out SegmentRegister segment)
    {
        segment = default;
        if (!stack.TryPop(size, out ulong pointer) || !stack.TryPop(size, out ulong selector)) return false;
        bool to64 = _segments.IsLongMode && code.IsLong;
        bool allowsNull = to64 && privilege != 3;
        if (!_segments.TryMakeStack((ushort)selector, privilege, Vectors.GeneralProtection, allowsNull, out segment)) return false;
        bool wide = to64 || segment.Is(SegmentAttributes.Big);
        if (!wide) pointer = (_state->Rsp & ~0xFFFFUL) | (ushort)pointer;
        else if (!to64) pointer = (uint)pointer;
        stack = new StackView(cpu, segment, pointer, to64, privilege);
        return true;
    }

    private bool TryReturnToVirtual(StackView stack, ulong rip, ulong codeSelector, ulong flags)
    {
        // The frame: ESP, SS, ES, DS, FS, GS.
        if (!stack.TryPop(4, out ulong pointer) || !stack.TryPop(4, out ulong stackSelector)) return false;
        if (!stack.TryPop(4, out ulong es) || !stack.TryPop(4, out ulong ds)) return false;
        if (!stack.TryPop(4, out ulong fs) || !stack.TryPop(4, out ulong gs)) return false;
        FlagWriter.Write(cpu, flags, WritableFlags(4) | SystemFlags.Virtual8086);
        _state->CurrentPrivilegeLevel = 3;
        _segments.LoadParagraph(SegmentIndex.Cs, (ushort)codeSelector);
        _segments.LoadParagraph(SegmentIndex.Ss, (ushort)stackSelector);
        _segments.LoadParagraph(SegmentIndex.Es, (ushort)es);
        _segments.LoadParagraph(SegmentIndex.Ds, (ushort)ds);
        _segments.LoadParagraph(SegmentIndex.Fs, (ushort)fs);
        _segments.LoadParagraph(SegmentIndex.Gs, (ushort)gs);
        _state->Rip = (ushort)rip;
        _state->Rsp = (uint)pointer;
        return true;
    }

    private SystemFlags WritableFlags(int size)
    {
        SystemFlags writable = FlagWriter.AlwaysWritable(cpu);
        if (size == 2) return writable;
        writable |= SystemFlags.Resume | SystemFlags.AlignmentCheck | SystemFlags.Identification;
        if (_segments.Privilege == 0) writable |= SystemFlags.VirtualInterrupt | SystemFlags.VirtualInterruptPending;
        return writable;
    }
}
