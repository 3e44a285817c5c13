namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>The places of an <see cref="Operand"/>.</summary>
internal enum OperandPlace
{
    None,
    Slot,
    Guest,
    Constant,
}
