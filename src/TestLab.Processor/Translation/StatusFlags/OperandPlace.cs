namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>The places of an <see cref="Operand"/>.</summary>
internal enum OperandPlace
{
    None,
    Slot,
    Guest,
    Constant,

    /// <summary>What R10 points to, which is so until the next instruction that may change either.</summary>
    Memory,
}
