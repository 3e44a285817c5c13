using TestLab.Cli.Runs;
using TestLab.Labs.Results;

namespace TestLab.Cli.Tests.Runs;

public sealed class RunComparisonTests
{
    private static readonly StepResult Step = new()
    {
        Name = "it speaks",
        Kind = "run",
        Verdict = StepVerdict.Passed,
        Attempts = [new AttemptResult { Machine = "box", ExitCode = 0, Stdout = "hello" }],
    };

    private static readonly CellResult Cell = new()
    {
        Name = "",
        Seed = 1,
        Verdict = Verdict.Passed,
        Hash = "aa",
        Steps = [Step],
        Machines = [new MachineResult { Name = "box", Image = "tiny", State = "off", Instructions = 7 }],
    };

    [Test]
    public void EqualHashesAreEqualRuns() =>
        Assert.That(RunComparison.FirstDifference(Run(Cell), Run(Cell with { HostSeconds = 9 })), Is.Null);

    private static IEnumerable<TestCaseData> Differences() =>
    [
        new(Cell with { Hash = "bb", Seed = 2 }, "the seeds differ: 1 and 2"),
        new(Cell with { Hash = "bb", Steps = [Step with { Verdict = StepVerdict.Failed }] },
            "step \"it speaks\": the verdicts differ: passed and failed"),
        new(Cell with { Hash = "bb", Steps = [Step with { Attempts = [] }] }, "step \"it speaks\": the outputs differ"),
        new(Cell with { Hash = "bb", Steps = [Step with { EndNanoseconds = 5 }] },
            "step \"it speaks\": it ends at another time: 0 and 5"),
        new(Cell with { Hash = "bb", Steps = [] }, "the number of steps differs: 1 and 0"),
        new(Cell with { Hash = "bb", Machines = [Cell.Machines[0] with { Instructions = 8 }] },
            "machine box: the numbers of instructions differ: 7 and 8"),
        new(Cell with { Hash = "bb" }, "the hashes differ, and nothing else"),
        new(Cell with { Hash = null }, "a run has no hash: it did not come to its end"),
        new(Cell with { Name = "word=one" }, "only a has this cell"),
    ];

    [TestCaseSource(nameof(Differences))]
    public void TheFirstDifferenceIsNamed(CellResult other, string difference) =>
        Assert.That(RunComparison.FirstDifference(Run(Cell), Run(other)), Is.EqualTo(difference));

    private static LabResult Run(CellResult cell) => new()
    {
        Run = "a",
        Lab = "lab",
        LabFile = "lab.yaml",
        Version = "1",
        StartedAt = DateTimeOffset.UnixEpoch,
        Cells = [cell],
    };
}
