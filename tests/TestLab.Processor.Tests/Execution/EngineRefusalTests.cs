using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Tests.Translation;
using TestLab.Processor.Translation;

namespace TestLab.Processor.Tests.Execution;

/// <summary>A processor whose engine the host refuses is an exception to whoever wants it, and nothing else.</summary>
public sealed class EngineRefusalTests
{
    [Test]
    public void WhatWasBegunIsCleanedUp()
    {
        EagerTranslator.IgnoreWhereTheHostCannot();
        Refuse();
        GC.Collect();
        GC.WaitForPendingFinalizers(); // One that throws ends the process.
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Refuse()
    {
        EngineOptions options = EagerTranslator.Options with { Translator = new TranslatorOptions { CodeBytes = -1 } };
        Assert.That(() => new BareMachine(engine: options), Throws.TypeOf<PlatformNotSupportedException>());
    }
}
