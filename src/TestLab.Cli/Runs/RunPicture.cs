using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

/// <summary>A run as its events have drawn it so far.</summary>
internal sealed class RunPicture
{
    private readonly Dictionary<string, CellPicture> _byName = [];

    /// <summary>In the order of the matrix.</summary>
    public List<CellPicture> Cells { get; } = [];

    /// <summary>What is done for an image of late; null where nothing is.</summary>
    public string? ImageNews { get; private set; }

    public void Add(IRunEvent news)
    {
        switch (news)
        {
            case RunStarted started:
                foreach (string cell in started.Cells) Add(cell);
                break;
            case CellStarted started: Cell(started.Cell).Start(started.Machines, started.Steps); break;
            case ImageProgressed { IsWarning: false } progress: ImageNews = $"{progress.Machine.Name}: {progress.Text}"; break;
            case MachineStageChanged changed: Change(changed); break;
            case ConsoleLinesWritten written: Machine(written.Machine).Write(written.Lines); break;
            case LinksProgressed links: Cell(links.Cell).Progress(links); break;
            case StepStarted step: Cell(step.Cell).Step(step.Number).IsRunning = true; break;
            case StepEnded step: Cell(step.Cell).Step(step.Number).End(step); break;
            case CellProgressed progress: Cell(progress.Cell).Progress(progress); break;
            case CellEnded ended: Cell(ended.Cell).Verdict = ended.Verdict; break;
            default: break;
        }
    }

    public CellPicture Cell(CellId cell) => _byName.GetValueOrDefault(cell.Cell) ?? Add(cell.Cell);

    private MachinePicture Machine(MachineId machine) => Cell(machine.Cell).Machine(machine.Name);

    private void Change(MachineStageChanged changed)
    {
        if (changed.Stage is not MachineStage.Provisioning) ImageNews = null;
        Machine(changed.Machine).Stage = changed.Stage;
    }

    private CellPicture Add(string name)
    {
        var cell = new CellPicture(name);
        Cells.Add(cell);
        _byName.Add(name, cell);
        return cell;
    }
}
