namespace TestLab.Processor.Interrupts;

/// <summary>Where an interrupt comes from, which decides privilege checks, error codes and the double fault.</summary>
internal enum InterruptKind
{
    External,
    Exception,

    /// <summary>INT n, INT3, INTO: the gate's privilege level is checked.</summary>
    Software,
}
