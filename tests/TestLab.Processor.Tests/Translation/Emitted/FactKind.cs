namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>The comparison or the call that has set the host's flags.</summary>
internal enum FactKind
{
    None,

    /// <summary>R10, a distance from a slot's base, was compared with the slot's limit.</summary>
    SlotLimit,

    /// <summary>R10, an address XOR a tag, was compared with the last place of an access in a page.</summary>
    PageLimit,

    /// <summary>The low four bits of R10 were tested.</summary>
    Alignment,

    /// <summary>The carry flag says that the routine which fills a slot has failed.</summary>
    Refill,
}
