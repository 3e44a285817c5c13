namespace TestLab.Processor.Interrupts;

/// <summary>Where an interrupt comes from, which decides privilege checks, error codes and the double fault.</summary>
public enum InterruptKind : byte
{
    External,

    /// <summary>A fault of an instruction: its error code is pushed, and RF with the flags.</summary>
    Exception,

    /// <summary>An exception after the instruction that caused it: single step, data breakpoint, INT1.</summary>
    Trap,

    /// <summary>INT n, INT3, INTO: the gate's privilege level is checked.</summary>
    Software,
}
