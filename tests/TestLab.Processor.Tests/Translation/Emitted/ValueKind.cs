namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>What is known of R10 or R11 in translated code.</summary>
internal enum ValueKind
{
    /// <summary>Anything, such as a guest's address.</summary>
    Unknown,

    /// <summary>A number.</summary>
    Constant,

    /// <summary>Some of the bits of a mask.</summary>
    Masked,

    /// <summary>A guest's address less the base of an access slot.</summary>
    SlotDistance,

    /// <summary>The same, below the slot's limit.</summary>
    InSlot,

    /// <summary>A guest's address XOR the tag of the buffer's entry in R11.</summary>
    Tagged,

    /// <summary>The same, found to be inside the page.</summary>
    InPage,

    /// <summary>Points to bytes of a guest's page.</summary>
    Host,
}
