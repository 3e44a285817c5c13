namespace TestLab.Processor.Translation;

/// <summary>When blocks are translated, and how much room there is.</summary>
public sealed record TranslatorOptions
{
    public static readonly TranslatorOptions Default = new();

    /// <summary>Executions of a block after which it is translated.</summary>
    public int Threshold { get; init; } = 64;

    /// <summary>The threshold grows to this where the code memory fills again and again.</summary>
    public int ThresholdLimit { get; init; } = 4096;

    /// <summary>Room for the code of one processor; when it is full, all translations are dropped.</summary>
    public int CodeBytes { get; init; } = 128 << 20;

    /// <summary>Translates also what is too short to be worth it: for tests, which want every emitter to run.</summary>
    public bool TakesShortBlocks { get; init; }

    /// <summary>Access slots of each kind, at most <see cref="SlotAllocator.Limit"/>: with few, many places share one.</summary>
    public int AccessSlots { get; init; } = SlotAllocator.Limit;

    public ITranslationObserver? Observer { get; init; }
}
