using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Interrupts;

/// <summary>Single step and instruction breakpoints (SDM volume 3, chapter 17).</summary>
internal sealed unsafe class DebugUnit(Cpu cpu)
{
    public const ulong StatusFixed = 0xFFFF_0FF0;
    public const ulong ControlFixed = 0x400;
    private const ulong StatusSingleStep = 1 << 14;
    private const ulong ControlGeneralDetect = 1 << 13;
    private const ulong StatusGeneralDetect = 1 << 13;

    private readonly CpuState* _state = cpu.State;

    /// <summary>Instruction breakpoints are armed: every instruction is looked at.</summary>
    public bool HasBreakpoints { get; private set; }

    /// <summary>Access to debug registers raises #DB.</summary>
    public bool IsGuarded => (_state->DebugRegisters[7] & ControlGeneralDetect) != 0;

    /// <summary>Follows a change of DR7.</summary>
    public void ControlChanged()
    {
        ulong control = _state->DebugRegisters[7];
        bool armed = false;
        for (int i = 0; i < 4; i++) armed |= IsInstructionBreakpoint(control, i);
        HasBreakpoints = armed;
    }

    /// <summary>Delivers #DB where an instruction breakpoint is set at RIP and RF does not hold it back.</summary>
    public bool MatchesInstructionBreakpoint()
    {
        if (!HasBreakpoints || (_state->SystemFlags & SystemFlags.Resume) != 0) return false;
        ulong linear = _state->Rip;
        if ((_state->Mode & CpuMode.Code64) == 0) linear = (uint)(linear + _state->Segments[(int)SegmentIndex.Cs].Base);
        ulong hits = 0;
        for (int i = 0; i < 4; i++)
            if (IsInstructionBreakpoint(_state->DebugRegisters[7], i) && _state->DebugRegisters[i] == linear) hits |= 1UL << i;
        if (hits == 0) return false;
        cpu.CountDelivery(); // The handler may begin at a breakpoint too, and the clock must go on.
        Raise(hits, InterruptKind.Exception);
        return true;
    }

    /// <summary>The trap after an instruction that began with TF set.</summary>
    public void SingleStep() => Raise(StatusSingleStep, InterruptKind.Trap);

    /// <summary>DR7.GD: the instruction that touches a debug register faults.</summary>
    public bool RaiseGeneralDetect()
    {
        _state->DebugRegisters[6] |= StatusGeneralDetect;
        _state->DebugRegisters[7] &= ~ControlGeneralDetect;
        Faults.Raise(_state, null, Vectors.Debug, 0);
        return false;
    }

    private void Raise(ulong status, InterruptKind kind)
    {
        _state->DebugRegisters[6] = (_state->DebugRegisters[6] & ~15UL) | status;
        cpu.Interrupts.Deliver(Vectors.Debug, kind, 0, _state->Rip);
    }

    private static bool IsInstructionBreakpoint(ulong control, int number) =>
        (control >> (2 * number) & 3) != 0 && (control >> (16 + 4 * number) & 3) == 0;

}
