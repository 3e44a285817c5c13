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
        while (!TryDeliver(vector, kind, errorCode, returnRip))
        {
            byte second = _state->ExceptionVector;
            if (vector == Vectors.DoubleFault && kind == InterruptKind.Exception)
            {
                cpu.ShutDown();
                break;
            }

            bool isDouble = kind == InterruptKind.Exception && Combine(vector, second);
            (vector, errorCode) = isDouble ? (Vectors.DoubleFault, 0) : (second, _state->ExceptionErrorCode);
            (kind, returnRip) = (InterruptKind.Exception, _state->Rip);
        }

        _state->IsSingleInstruction = alone;
        _state->Exit = ExitCause.None;
    }

    /// <summary>Whether the second exception makes a double fault of the first (SDM volume 3, table 6-5).</summary>
    private static bool Combine(byte first, byte second) =>
        IsContributory(first) ? IsContributory(second)
        : first == Vectors.PageFault && (second == Vectors.PageFault || IsContributory(second));

    private static bool IsContributory(byte vector) => vector is Vectors.DivideError
        or Vectors.InvalidTaskState or Vectors.SegmentNotPresent or Vectors.StackFault or Vectors.GeneralProtection;

    private bool TryDeliver(byte vector, InterruptKind kind, uint errorCode, ulong returnRip)
    {
        _segments.External = kind == InterruptKind.Software ? 0u : 1u;
        var frame = new InterruptFrame
        {
            Vector = vector,
            IsSoftware = kind == InterruptKind.Software,
            HasErrorCode = kind == InterruptKind.Exception && Faults.HasErrorCode(vector),
            ErrorCode = errorCode,
            Rip = returnRip,
            Flags = Flags.ReadAll(_state),
        };
        if (kind == InterruptKind.Exception && vector != Vectors.Debug && (_state->Cr0 & ControlRegisters.ProtectionEnable) != 0)
            frame.Flags |= (uint)SystemFlags.Resume;
        bool done = (_state->Cr0 & ControlRegisters.ProtectionEnable) == 0 ? TryDeliverReal(frame)
            : _segments.IsLongMode ? TryDeliverLong(frame)
            : TryDeliverProtected(frame);
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
        if (!TryReadGate(frame, 8, out Descriptor gate)) return false;
        if (gate.IsSystem && gate.Type == SystemSegmentType.TaskGate) return TryDeliverToTask(frame, gate);
        if (!TryFetchHandler(gate, out Descriptor code, out bool inner)) return false;

        int size = gate.Type.IsWide() ? 4 : 2;
        bool fromVirtual = (_state->SystemFlags & SystemFlags.Virtual8086) != 0;
        int privilege = inner ? code.PrivilegeLevel : _segments.Privilege;
        SegmentRegister stackSegment = default;
        if (inner && !TaskState.TryReadStack(cpu, privilege, out stackSegment, out ulong pointer)) return false;
        else if (!inner) pointer = 0;
        StackView stack = inner
            ? new StackView(cpu, stackSegment, TaskState.LastPointer(cpu), false, privilege, stackSegment.Selector)
            : StackView.Current(cpu);
        _ = (size, fromVirtual, pointer, stack);
        return false;
    }
}
