using TestLab.Labs.Results;

namespace TestLab.Storage.Runs;

/// <summary>The verdicts of one step of one cell, from the oldest run to the newest.</summary>
public sealed record StepHistory(string Cell, string Step, IReadOnlyList<StepRecord> Records)
{
    private IEnumerable<StepRecord> Judged => Records.Where(record => record.Verdict != StepVerdict.Skipped);

    public int Passed => Records.Count(record => record.Verdict == StepVerdict.Passed);

    public int Failed => Judged.Count() - Passed;

    /// <summary>
    /// It needed a second try, or it went from one verdict to the other and back: a regression goes once, a repair once.
    /// </summary>
    public bool IsFlaky
    {
        get
        {
            bool[] passes = [.. Judged.Select(record => record.Verdict == StepVerdict.Passed)];
            int changes = passes.Zip(passes.Skip(1), (before, after) => before != after).Count(changed => changed);
            return changes > 1 || Judged.Any(record => record.Verdict == StepVerdict.Passed && record.Tries > 1);
        }
    }
}
