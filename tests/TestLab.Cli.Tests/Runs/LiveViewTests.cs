using TestLab.Cli.Runs;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Tests.Runs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LiveViewTests : IDisposable
{
    private static readonly RunId Run = new("a");
    private static readonly CellId Cell = new(Run, "");
    private static readonly MachineId Box = new(Cell, "box");

    private readonly StringWriter _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Test]
    public void MachinesAndStepsAreDrawnWithinTheColumns()
    {
        using LiveView view = View();
        Start(view);
        view.Show(new MachineStageChanged(Box, MachineStage.Ready) { AtNanoseconds = 5 });
        view.Show(new ConsoleLinesWritten(Box, ["first", $"[red]login[/]: {new string('x', 200)}"]));
        view.Show(new StepStarted(Cell, 1, "one"));
        view.Show(new StepEnded(Cell, 1, "one", StepVerdict.Passed) { Nanoseconds = 3_200_000 });
        view.Show(new StepStarted(Cell, 2, "two"));
        view.Show(new CellProgressed(Cell, 90_000_000_000, 30_000));
        string[] lines = view.Draw();
        Assert.That(lines[0].TrimEnd(), Is.EqualTo("lab  1.5m  3.0x real time"));
        Assert.That(lines, Has.Some.Match(@"box +ready +\[red\]login\[/\]: x+"));
        Assert.That(lines, Has.Some.Match("passed +3.2ms +one").And.Some.Match("running +two").And.Some.Match("^ +three"));
        Assert.That(lines.Max(line => line.Length), Is.LessThanOrEqualTo(79));
        Assert.That(string.Join("", lines), Does.Not.Contain("\e"), "No colours where none are wanted.");
    }

    [Test]
    public void CellsOfAMatrixAreALineEach()
    {
        using LiveView view = View();
        view.Show(new RunStarted(Run, ["word=one", "word=two", "word=three"]));
        view.Show(new CellStarted(new CellId(Run, "word=two")) { Steps = ["speak"] });
        view.Show(new CellEnded(new CellId(Run, "word=one"), RunVerdict.Failed));
        string[] lines = view.Draw();
        Assert.That(lines[0].TrimEnd(), Is.EqualTo("lab  1 of 3 cells"));
        Assert.That(lines[1], Does.Match("running +0/1 +word=two"));
        Assert.That(lines[2], Does.Match("waiting +0/0 +word=three"));
        Assert.That(lines[3], Does.Match("failed +0/0 +word=one"));
    }

    [Test]
    public void AShortTerminalIsNeverOverrun()
    {
        using LiveView view = View(rows: 10);
        view.Show(new RunStarted(Run, [""]));
        view.Show(new CellStarted(Cell)
        {
            Machines = [.. Enumerable.Range(1, 50).Select(number => $"box-{number}")],
            Steps = [.. Enumerable.Range(1, 50).Select(number => $"step {number}")],
        });
        Assert.That(view.Draw(), Has.Length.LessThan(10));
    }

    [Test]
    public void APictureTakesThePlaceOfTheOneBeforeAndIsGoneAtTheEnd()
    {
        using (LiveView view = View())
        {
            Start(view);
            view.Refresh();
            int lines = _terminal.ToString().Count(letter => letter == '\n');
            view.Refresh();
            Assert.That(_terminal.ToString(), Does.Contain($"\e[{lines}A\r\e[J"));
        }

        Assert.That(_terminal.ToString(), Does.EndWith("\e[J"));
    }

    private LiveView View(int rows = 24) => new(_terminal, "lab", columns: 79, rows, hasColours: false);

    private static void Start(LiveView view)
    {
        view.Show(new RunStarted(Run, [""]));
        view.Show(new CellStarted(Cell) { Machines = ["box"], Steps = ["one", "two", "three"] });
    }
}
