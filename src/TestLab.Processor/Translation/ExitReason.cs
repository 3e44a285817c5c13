namespace TestLab.Processor.Translation;

/// <summary>Why translated code is left before its end.</summary>
internal enum ExitReason
{
    /// <summary>The interpreter carries the instruction out.</summary>
    Instruction,
    BudgetSpent,
}
