using TestLab.Labs.Results;

namespace TestLab.Labs.Reports;

/// <summary>Verdicts in words, the same in every report and on the terminal.</summary>
public static class Words
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.TimedOut => "timed out",
        _ => verdict.ToString().ToLowerInvariant(),
    };

    public static string Of(StepVerdict verdict) => verdict switch
    {
        StepVerdict.TimedOut => "timed out",
        _ => verdict.ToString().ToLowerInvariant(),
    };
}
