namespace TestLab.Processor.Interrupts;

/// <summary>What a delivery pushes.</summary>
internal struct InterruptFrame
{
    public byte Vector;
    public bool IsSoftware;
    public bool HasErrorCode;
    public uint ErrorCode;
    public ulong Rip;
    public ulong Flags;

    /// <summary>What a fault that is found at the descriptor table's entry reports: vector, and the IDT bit.</summary>
    public readonly int GateError => Vector * 8 + 2;
}
