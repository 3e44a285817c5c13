namespace TestLab.Processor.Translation;

/// <summary>Counters for people; nothing a guest can see depends on them.</summary>
public sealed class TranslatorStatistics
{
    public long Translated { get; internal set; }

    /// <summary>Hot blocks that stay with the interpreter: they begin with what has no emitter.</summary>
    public long Rejected { get; internal set; }

    /// <summary>The most bytes of code that there were at once.</summary>
    public long PeakBytes { get; internal set; }

    /// <summary>Loops of one block, of which several rounds are charged at once.</summary>
    public long UnrolledLoops { get; internal set; }

    /// <summary>How often the code memory was full.</summary>
    public long Drops { get; internal set; }

    /// <summary>Operations whose accesses go from page to page, and do without an access slot.</summary>
    public long Scattered { get; internal set; }
}
