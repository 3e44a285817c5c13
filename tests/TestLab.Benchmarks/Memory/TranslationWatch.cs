using System.Diagnostics;
using TestLab.Processor.Translation;

namespace TestLab.Benchmarks.Memory;

/// <summary>Adds up the time that machines of one thread spend on translating.</summary>
internal sealed class TranslationWatch : ITranslationObserver
{
    private readonly Stopwatch _watch = new();

    public TimeSpan Spent => _watch.Elapsed;

    public void Begin() => _watch.Start();

    public void End() => _watch.Stop();
}
