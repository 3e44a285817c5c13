namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>
/// The transcendental functions against the host: special cases and flags exactly, values within a unit or two in
/// the last place. The host's own error counts in, so a share of differing results is reported, not judged.
/// </summary>
public sealed class TranscendentalJudgeTests
{
    private const int Seed = 6881;
    private FloatJudge? _judge;

    private FloatJudge Judge => _judge ??= FloatJudge.Start();

    [OneTimeTearDown]
    public void StopTheJudge() => _judge?.Dispose();

    [TestCaseSource(nameof(Operations))]
    public void AFunctionIsWithinAUnitOfTheHosts(object operation) =>
        JudgedComparison.CompareClosely(Judge, (JudgedOperation)operation, Seed, 20_000);

    [Category("Slow")]
    [TestCaseSource(nameof(Operations))]
    public void AFunctionIsWithinAUnitOfTheHostsOnManyOperands(object operation) =>
        JudgedComparison.CompareClosely(Judge, (JudgedOperation)operation, Seed + 1, 500_000);

    private static IEnumerable<object> Operations() => TranscendentalOperations.All();
}
