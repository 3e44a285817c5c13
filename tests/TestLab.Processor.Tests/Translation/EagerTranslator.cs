using TestLab.Processor.Execution;
using TestLab.Processor.Translation;

namespace TestLab.Processor.Tests.Translation;

/// <summary>Engines to compare: the interpreter, and a translator that translates whatever it can at once.</summary>
/// <remarks>Its places share few access slots, so that these change hands often.</remarks>
internal static class EagerTranslator
{
    public static readonly EngineOptions Interpreter = new() { Kind = EngineKind.Interpreter };

    public static readonly EngineOptions Options = new()
    {
        Kind = EngineKind.Translator,
        Translator = new TranslatorOptions { Threshold = 1, ThresholdLimit = 1, TakesShortBlocks = true, CodeBytes = 1 << 20, AccessSlots = 3 },
    };

    /// <summary>Translates blocks that have been executed so often: then their loops are known.</summary>
    public static EngineOptions After(int executions) =>
        Options with { Translator = Options.Translator with { Threshold = executions, ThresholdLimit = executions } };

    public static void IgnoreWhereTheHostCannot()
    {
        if (!Engines.CanTranslate) Assert.Ignore("The host is not Linux on x86-64.");
    }
}
