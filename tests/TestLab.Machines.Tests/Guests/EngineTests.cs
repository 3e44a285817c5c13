using TestLab.Processor.Execution;
using TestLab.Processor.Translation;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Guests;

/// <summary>A guest cannot tell which engine runs it: a boot has one hash, also where engines change in the middle.</summary>
[Category("Slow")]
public sealed class EngineTests
{
    private static readonly EngineOptions Interpreter = new() { Kind = EngineKind.Interpreter };
    private static readonly EngineOptions Translator = new() { Kind = EngineKind.Translator };

    private static readonly VirtualTime Middle = VirtualTime.FromMilliseconds(480);
    private static readonly VirtualTime End = VirtualTime.FromMilliseconds(900);

    [OneTimeSetUp]
    public void Prepare()
    {
        if (!Engines.CanTranslate) Assert.Ignore("The host is not Linux on x86-64.");
    }

    [Test]
    public void ABootHasTheSameHashOnBothEngines()
    {
        using StockGuest interpreted = StockGuest.Create("tiny", engine: Interpreter);
        interpreted.Machine.Run(End);
        using StockGuest translated = StockGuest.Create("tiny", engine: Translator);
        translated.Machine.Run(Middle);
        using var snapshot = new MemoryStream();
        translated.Machine.Save(snapshot);
        translated.Machine.Run(End);
        Assert.That(translated.Console, Is.EqualTo(interpreted.Console));
        Assert.That(translated.Machine.StateHash(), Is.EqualTo(interpreted.Machine.StateHash()));

        snapshot.Position = 0;
        using StockGuest continued = StockGuest.Create("tiny", engine: Interpreter);
        continued.Machine.Restore(snapshot);
        continued.Machine.Run(End);
        Assert.That(continued.Machine.StateHash(), Is.EqualTo(interpreted.Machine.StateHash()), "begun by the one, ended by the other");
    }

    [Test]
    public void AFullCodeMemoryChangesNothing()
    {
        var small = new TranslatorOptions { CodeBytes = 1 << 20 };
        using StockGuest interpreted = StockGuest.Create("tiny", engine: Interpreter);
        interpreted.Machine.Run(Middle);
        using StockGuest translated = StockGuest.Create("tiny", engine: Translator with { Translator = small });
        translated.Machine.Run(Middle);
        Assert.That(translated.Machine.StateHash(), Is.EqualTo(interpreted.Machine.StateHash()));
    }
}
