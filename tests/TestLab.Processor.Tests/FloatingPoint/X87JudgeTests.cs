namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>The 80-bit operations against the host: value, flags, C1, condition codes, at any control word.</summary>
public sealed class X87JudgeTests
{
    private const int Seed = 80287;

    private FloatJudge? _judge;

    private FloatJudge Judge => _judge ??= FloatJudge.Start();

    [OneTimeTearDown]
    public void StopTheJudge() => _judge?.Dispose();

    [TestCaseSource(nameof(Operations))]
    public void AnX87OperationEqualsTheHosts(object operation) =>
        JudgedComparison.Compare(Judge, (JudgedOperation)operation, Seed, 20_000);

    [Category("Slow")]
    [TestCaseSource(nameof(Operations))]
    public void AnX87OperationEqualsTheHostsOnManyOperands(object operation) =>
        JudgedComparison.Compare(Judge, (JudgedOperation)operation, Seed + 1, 500_000);

    private static IEnumerable<object> Operations() => X87Operations.All();
}
