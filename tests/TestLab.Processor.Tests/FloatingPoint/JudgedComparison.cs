namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>Runs an operation on many operands, here and on the host's FPU, and counts the differences.</summary>
internal static class JudgedComparison
{
    private const int BatchSize = 4096;
    private const int ShownDifferences = 12;
    private const int AllowedUnits = 1;

    private delegate bool Judgement(in JudgeReply ours, in JudgeReply theirs, uint statusMask);

    public static void Compare(FloatJudge judge, JudgedOperation operation, int seed, int count) =>
        Compare(judge, operation, seed, count, IsSame);

    /// <summary>
    /// Lets finite results differ by a unit in the last place, and reports how far and how often they do.
    /// </summary>
    public static void CompareClosely(FloatJudge judge, JudgedOperation operation, int seed, int count)
    {
        UInt128 worst = 0;
        int different = 0;
        Compare(judge, operation, seed, count, (in JudgeReply ours, in JudgeReply theirs, uint statusMask) =>
        {
            UInt128 first = Distance(ours.First, theirs.First);
            UInt128 second = Distance(ours.Second, theirs.Second);
            UInt128 distance = first > second ? first : second;
            different += distance != 0 ? 1 : 0;
            bool isClose = distance <= AllowedUnits && (ours.Status & statusMask) == (theirs.Status & statusMask);
            worst = isClose && distance > worst ? distance : worst;
            return isClose;
        });
        TestContext.Out.WriteLine($"{operation}: {different} of {count} differ, by {worst} units at most");
    }

    private static void Compare(FloatJudge judge, JudgedOperation operation, int seed, int count, Judgement judgement)
    {
        OperandSource source = new(seed);
        JudgeRequest[] requests = new JudgeRequest[BatchSize];
        JudgeReply[] theirs = new JudgeReply[BatchSize];
        List<string> shown = [];
        long differences = 0;
        for (int done = 0; done < count; done += BatchSize)
        {
            foreach (ref JudgeRequest request in requests.AsSpan())
            {
                request.Operation = operation.Number;
                operation.Operands(source, ref request);
            }

            judge.Ask(requests, theirs);
            for (int index = 0; index < BatchSize; index++)
            {
                JudgeReply ours = default;
                operation.Answer(requests[index], ref ours);
                if (judgement(ours, theirs[index], operation.StatusMask))
                {
                    continue;
                }

                differences++;
                if (shown.Count < ShownDifferences)
                {
                    shown.Add(Describe(requests[index], ours, theirs[index]));
                }
            }
        }

        Assert.That(
            differences, Is.Zero, $"{operation}, seed {seed}, of {count}:\n{string.Join('\n', shown)}");
    }

    /// <summary>
    /// Units in the last place between two registers: patterns of one sign are in the order of values.
    /// </summary>
    private static UInt128 Distance(UInt128 first, UInt128 second)
    {
        UInt128 left = Ordinal(first);
        UInt128 right = Ordinal(second);
        return left > right ? left - right : right - left;
    }

    private static UInt128 Ordinal(UInt128 register)
    {
        // The integer bit is the low bit of the exponent but for denormals: without it the order has no gaps.
        UInt128 fraction = register & ((UInt128.One << 63) - 1);
        return fraction | ((register >> 64) << 63);
    }

    private static bool IsSame(in JudgeReply ours, in JudgeReply theirs, uint statusMask) =>
        (ours.Status & statusMask) == (theirs.Status & statusMask)
        && ours.Faulted == theirs.Faulted
        && (theirs.Faulted != 0
            || (ours.First == theirs.First && ours.Second == theirs.Second && ours.Memory == theirs.Memory));

    private static string Describe(in JudgeRequest request, in JudgeReply ours, in JudgeReply theirs) =>
        $"control {request.Control:X4} a {request.First:X20} b {request.Second:X20}\n"
        + $"  ours   {Describe(ours)}\n  theirs {Describe(theirs)}";

    private static string Describe(in JudgeReply reply) =>
        $"{reply.First:X20} {reply.Second:X20} memory {reply.Memory:X20} "
        + $"status {reply.Status:X4} fault {reply.Faulted}";
}
