namespace TestLab.Processor.Translation;

/// <summary>Why translated code is left before its end.</summary>
internal enum ExitReason
{
    /// <summary>The interpreter carries the instruction out.</summary>
    Instruction,
    BudgetSpent,

    /// <summary>A detour: an access slot is filled anew, if the translation buffer allows the access.</summary>
    Refill,

    /// <summary>A detour rather: the host's MXCSR is loaded, if all exceptions are masked.</summary>
    LoadControl,
}
