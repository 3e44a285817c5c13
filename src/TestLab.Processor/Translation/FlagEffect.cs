namespace TestLab.Processor.Translation;

/// <summary>What an instruction does to the status flags as a whole.</summary>
internal enum FlagEffect
{
    /// <summary>Some stay, or all do.</summary>
    Keeps,

    /// <summary>All six are new, whatever the operands are.</summary>
    Replaces,
}
