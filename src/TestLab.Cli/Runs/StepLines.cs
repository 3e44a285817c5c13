using TestLab.Labs.Results;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

/// <summary>The lines of the steps on stdout: at once where a log shows one cell, else when all is over.</summary>
internal sealed class StepLines(RunText text, bool isAtOnce)
{
    private bool _isStreaming;

    public void Add(IRunEvent news)
    {
        if (news is RunStarted started) _isStreaming = isAtOnce && started.Cells.Count == 1;
        if (!_isStreaming || news is not StepEnded step) return;
        text.WriteStep(Enum.Parse<StepVerdict>(step.Verdict.ToString()), step.Name, step.Nanoseconds);
    }

    public void Finish(CellResult cell)
    {
        if (!_isStreaming) text.WriteSteps(cell);
    }
}
