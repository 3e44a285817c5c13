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
    private TerminalSize _size;

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
        string[] lines = view.Draw(_size);
        Assert.That(lines[0].TrimEnd(), Is.EqualTo("lab  1.5m  3.0x real time"));
        Assert.That(lines, Has.Some.Match("box +ready +first").And.Some.Match(@"^ +\[red\]login\[/\]: x+"));
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
        string[] lines = view.Draw(_size);
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
        Assert.That(view.Draw(_size), Has.Length.LessThan(10));
    }

    [TestCase(80)]
    [TestCase(200)]
    public void LinksHaveRatesQueuesAndDrops(int columns)
    {
        using LiveView view = View(columns);
        Start(view);
        view.Show(new LinksProgressed(Cell)
        {
            Count = 2,
            Links =
            [
                new LinkProgress("box.wan") { DownBitsPerSecond = 1_500_000, UpBitsPerSecond = 48_000, QueueBytes = 65_536, Drops = 12 },
                new LinkProgress("box.lan"),
            ],
        });
        string[] lines = view.Draw(_size);
        Assert.That(lines, Has.Some.Match("^ +link +down +up +queue +drops *$"));
        Assert.That(lines, Has.Some.Match("^ +box.wan +1.5Mbit/s +48.0kbit/s +64.0KiB +12 *$").And.Some.Match("^ +box.lan( +-){4} *$"));
        Assert.That(lines.Max(line => line.Length), Is.LessThan(columns));
    }

    [Test]
    public void TheBusiestOfManyLinksAreShownInTheirOrder()
    {
        using LiveView view = View();
        Start(view);
        view.Show(new LinksProgressed(Cell)
        {
            Count = 100,
            Links = [.. Enumerable.Range(1, 24).Select(number => new LinkProgress($"peer-{number}.lan") { UpBitsPerSecond = number * 1_000 })],
        });
        string[] lines = view.Draw(_size);
        Assert.That(lines, Has.Some.Contains("drops  (busiest of 100)"));
        Assert.That(lines.Where(line => line.Contains(".lan", StringComparison.Ordinal)).Select(line => line.Trim().Split('.')[0]),
            Is.EqualTo(new[] { "peer-19", "peer-20", "peer-21", "peer-22", "peer-23", "peer-24" }));
    }

    [TestCase(80, 12)]
    [TestCase(80, 24)]
    [TestCase(200, 24)]
    [TestCase(200, 60)]
    public void OfManyMachinesThoseOfInterestAreShownAndTheOthersCounted(int columns, int rows)
    {
        using LiveView view = View(columns, rows);
        view.Show(new RunStarted(Run, [""]));
        view.Show(new CellStarted(Cell)
        {
            Machines = [.. Enumerable.Range(1, 40).Select(number => $"peer-{number}")],
            Steps = [.. Enumerable.Range(1, 8).Select(number => $"step {number}")],
        });
        for (int number = 1; number <= 39; number++)
            view.Show(new MachineStageChanged(new MachineId(Cell, $"peer-{number}"), MachineStage.Ready));
        view.Show(new MachineStageChanged(new MachineId(Cell, "peer-40"), MachineStage.Failed));
        string[] lines = view.Draw(_size);
        Assert.That(lines, Has.Length.LessThan(rows));
        Assert.That(lines, Has.Some.Match(@"peer-40 +failed"));
        Assert.That(lines, Has.Some.Contains("step 1"));
        Assert.That(lines.Max(line => line.Length), Is.LessThan(columns));
        int shown = lines.Sum(line => line.Split("peer-").Length - 1);
        if (shown < 40) Assert.That(lines, Has.Some.Contains($"and {40 - shown} more machines: {40 - shown} ready"));
    }

    [Test]
    public void AMachineAloneHasRoomForItsConsole()
    {
        using LiveView view = View();
        Start(view);
        view.Show(new ConsoleLinesWritten(Box, ["one", "two", "thr"]));
        view.Show(new ConsoleLinesWritten(Box, ["three", "four"]));
        string[] lines = view.Draw(_size);
        Assert.That(lines.Skip(1).Take(4).Select(line => line.Trim().Split(' ')[^1]), Is.EqualTo(new[] { "one", "two", "three", "four" }));
    }

    [Test]
    public void ColoursTakeNoRoomAndBracketsOfGuestsAreText()
    {
        _size = new TerminalSize(80, 24);
        using var view = new LiveView(_terminal, "lab", () => _size, hasColours: true);
        Start(view);
        view.Show(new MachineStageChanged(Box, MachineStage.Ready));
        view.Show(new ConsoleLinesWritten(Box, ["[    0.000000] Linux version [/red] 日本語"]));
        string[] lines = view.Draw(_size);
        Assert.That(lines[1], Does.Contain("\e[").And.Contain("[    0.000000] Linux version [/red] 日本語"));
        Assert.That(lines.Max(Sheet.WidthOf), Is.LessThan(80));
        view.Refresh();
        view.Refresh();
        Assert.That(_terminal.ToString(), Does.Contain($"\e[{lines.Length}A\r\e[J"));
    }

    [Test]
    public void ANarrowerTerminalHasBrokenTheLinesThatAreCleared()
    {
        using LiveView view = View(columns: 80);
        Start(view);
        view.Show(new ConsoleLinesWritten(Box, [new string('x', 100)]));
        view.Refresh();
        int lines = _terminal.ToString().Count(letter => letter == '\n');
        _size = new TerminalSize(40, 24);
        view.Refresh();
        // The line of the machine was 79 letters long, and takes two lines now.
        Assert.That(_terminal.ToString(), Does.Contain($"\e[{lines + 1}A\r\e[J"));
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

    private LiveView View(int columns = 80, int rows = 24)
    {
        _size = new TerminalSize(columns, rows);
        return new LiveView(_terminal, "lab", () => _size, hasColours: false);
    }

    private static void Start(LiveView view)
    {
        view.Show(new RunStarted(Run, [""]));
        view.Show(new CellStarted(Cell) { Machines = ["box"], Steps = ["one", "two", "three"] });
    }
}
