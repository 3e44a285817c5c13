using TestLab.Cluster.Nodes;
using TestLab.Protocol;
using TestLab.Protocol.Cells;

namespace TestLab.Cluster.Tests.Nodes;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AdmissionTests
{
    private const ulong Gibibyte = 1UL << 30;

    private readonly Admission _admission = new(new NodeLimits { Cores = 4, MemoryBytes = 4 * Gibibyte });

    public static RunCell Cell(string name, ulong memory = Gibibyte, int? threads = 1, int? jobs = null, string run = "run") =>
        new(new CellId(new RunId(run), name))
        {
            LabFile = "/lab.yaml",
            Folder = "/folder",
            MemoryBytes = memory,
            Threads = threads,
            Jobs = jobs,
        };

    [Test]
    public void AsManyRunAsThereAreCores() => Assert.That(Admitted(
        Cell("a", 1), Cell("b", 1), Cell("c", 1, threads: 2), Cell("d", 1)), Is.EqualTo(new[] { "a", "b", "c" }));

    [Test]
    public void AsManyRunAsFitIntoTheMemory() => Assert.That(Admitted(
        Cell("a", 2 * Gibibyte), Cell("b", 2 * Gibibyte), Cell("c")), Is.EqualTo(new[] { "a", "b" }));

    [Test]
    public void TheNumberOfJobsIsTheUsersWithinTheMemory()
    {
        Assert.That(Admitted(Cell("a", 1, jobs: 2), Cell("b", 1, jobs: 2), Cell("c", 1, jobs: 2)), Is.EqualTo(new[] { "a", "b" }));
        foreach (string name in new[] { "a", "b" }) _admission.End(Cell(name).Cell);
        Assert.That(_admission.Next()?.Cell.Cell, Is.EqualTo("c"));
        _admission.End(Cell("c").Cell);
        RunCell[] many = [.. Enumerable.Range(0, 6).Select(number => Cell($"{number}", Gibibyte, threads: 4, jobs: 9))];
        Assert.That(Admitted(many), Has.Length.EqualTo(4), "Memory is not negotiable, cores are.");
    }

    [Test]
    public void ACellLargerThanTheNodeRunsAlone()
    {
        Assert.That(Admitted(Cell("a"), Cell("huge", 100 * Gibibyte), Cell("b")), Is.EqualTo(new[] { "a" }));
        _admission.End(Cell("a").Cell);
        Assert.That(Admitted(), Is.EqualTo(new[] { "huge" }));
        _admission.End(Cell("huge").Cell);
        Assert.That(Admitted(), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void AWithdrawnCellNeverRunsAndAnotherRunsJobsDoNotCount()
    {
        Assert.That(Admitted(Cell("a", jobs: 1), Cell("b", jobs: 1)), Is.EqualTo(new[] { "a" }));
        Assert.That(_admission.Withdraw(Cell("b").Cell), Is.True);
        Assert.That(_admission.Withdraw(Cell("a").Cell), Is.False, "It runs.");
        Assert.That(Admitted(Cell("c", jobs: 1, run: "other")), Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public void CellsThatWantTheSamePortOfTheHostRunOneAfterAnother()
    {
        RunCell first = Cell("a", 1) with { Claims = ["tcp/8080", "udp/53"] };
        RunCell other = Cell("b", 1) with { Claims = ["tcp/8081"] };
        RunCell second = Cell("c", 1, jobs: 9) with { Claims = ["tap/lab0", "tcp/8080"] };
        Assert.That(Admitted(first, other, second, Cell("d", 1)), Is.EqualTo(new[] { "a", "b" }));
        _admission.End(other.Cell);
        Assert.That(Admitted(), Is.Empty);
        _admission.End(first.Cell);
        Assert.That(Admitted(), Is.EqualTo(new[] { "c", "d" }));
    }

    private string[] Admitted(params RunCell[] cells)
    {
        foreach (RunCell cell in cells) _admission.Add(cell);
        var names = new List<string>();
        while (_admission.Next() is { } next) names.Add(next.Cell.Cell);
        return [.. names];
    }
}
