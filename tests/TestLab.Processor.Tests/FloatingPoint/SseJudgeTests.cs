namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>binary32 and binary64 against the host's SSE unit: value, every flag, and what faults.</summary>
public sealed class SseJudgeTests
{
    private const int Seed = 20261;

    private FloatJudge? _judge;

    private FloatJudge Judge => _judge ??= FloatJudge.Start();

    [OneTimeTearDown]
    public void StopTheJudge() => _judge?.Dispose();

    [TestCaseSource(nameof(Operations))]
    public void AScalarOperationEqualsTheHosts(object operation) =>
        JudgedComparison.Compare(Judge, (JudgedOperation)operation, Seed, 20_000);

    [Category("Slow")]
    [TestCaseSource(nameof(Operations))]
    public void AScalarOperationEqualsTheHostsOnManyOperands(object operation) =>
        JudgedComparison.Compare(Judge, (JudgedOperation)operation, Seed + 1, 500_000);

    private static IEnumerable<object> Operations() => SseOperations.All();
}
