using TestLab.Processor.Translation;

namespace TestLab.Processor.Execution;

/// <summary>Which engine a processor has; the guest cannot tell.</summary>
public sealed record EngineOptions
{
    public static readonly EngineOptions Default = new();

    public EngineKind Kind { get; init; }

    public TranslatorOptions Translator { get; init; } = TranslatorOptions.Default;
}
