using TestLab.Cli.Hosting;
using TestLab.Labs.Words;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

/// <summary>Lines on stderr, for pipes and logs: images, machines, steps that begin.</summary>
internal sealed class PlainView(TextWriter errors) : IRunView
{
    private readonly DetailPause _pause = new();
    private bool _hasCells;

    public void Show(IRunEvent news)
    {
        if (Describe(news) is { } line) errors.WriteLine($"testlab: {line}");
    }

    public void Refresh()
    {
    }

    public void Dispose()
    {
    }

    private string? Describe(IRunEvent news)
    {
        switch (news)
        {
            case RunStarted started:
                _hasCells = started.Cells.Count > 1;
                return _hasCells ? $"{started.Cells.Count} cells" : null;
            case CellStarted started when _hasCells: return $"{started.Cell.Cell}: started";
            case ImageProgressed progress when !progress.IsDetail || _pause.IsOver():
                return $"{(progress.IsWarning ? "warning: " : "")}{Of(progress.Machine)}: {progress.Text}";
            case MachineStageChanged { Stage: MachineStage.Ready } ready:
                return $"{Of(ready.Machine)}: ready after {Unit.Duration.Approximate(ready.AtNanoseconds)}";
            case MachineStageChanged { Stage: MachineStage.Failed } failed:
                return $"{Of(failed.Machine)}: failed{(failed.Reason is { } reason ? $": {reason}" : "")}";
            case CellEnded ended when _hasCells:
                return $"{ended.Cell.Cell}: {RunText.Word(ended.Verdict)}"
                    + (ended.Failure is { } failure ? $": {failure}" : "");
            default: return null;
        }
    }

    private string Of(MachineId machine) => _hasCells ? $"{machine.Cell.Cell} {machine.Name}" : machine.Name;
}
