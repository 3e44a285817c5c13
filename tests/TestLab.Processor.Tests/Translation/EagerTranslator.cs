using TestLab.Processor.Execution;
using TestLab.Processor.Translation;

namespace TestLab.Processor.Tests.Translation;

/// <summary>Engines to compare: the interpreter, and a translator that translates whatever it can at once, and whose places share slots.</summary>
internal static class EagerTranslator
{
    public static readonly EngineOptions Interpreter = new() { Kind = EngineKind.Interpreter };

    public static readonly EngineOptions Options = new()
    {
        Kind = EngineKind.Translator,
        Translator = new TranslatorOptions { Threshold = 1, TakesShortBlocks = true, CodeBytes = 1 << 20, AccessSlots = 3 },
    };

    public static void IgnoreWhereTheHostCannot()
    {
        if (!Engines.CanTranslate) Assert.Ignore("The host is not Linux on x86-64.");
    }
}
