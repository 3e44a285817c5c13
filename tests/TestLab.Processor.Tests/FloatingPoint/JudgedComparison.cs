namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>Runs an operation on many operands, here and on the host's FPU, and counts the differences.</summary>
internal static class JudgedComparison
{
    private const int BatchSize = 4096;
    private const int ShownDifferences = 12;

    public static void Compare(FloatJudge judge, JudgedOperation operation, int seed, int count)
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
                if (IsSame(ours, theirs[index], operation.StatusMask))
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

    private static bool IsSame(in JudgeReply ours, in JudgeReply theirs, uint statusMask) =>
        (ours.Status & statusMask) == (theirs.Status & statusMask)
        && ours.Faulted == theirs.Faulted
        && (theirs.Faulted != 0
            || (ours.First == theirs.First && ours.Second == theirs.Second && ours.Memory == theirs.Memory));

    private static string Describe(in JudgeRequest request, in JudgeReply ours, in JudgeReply theirs) =>
        $"control {request.Control:X4} a {request.First:X20} b {request.Second:X20}\n"
        + $"  ours   {Describe(ours)}\n  theirs {Describe(theirs)}";

    private static string Describe(in JudgeReply reply) =>
        $"{reply.First:X20} {reply.Second:X20} memory {reply.Memory:X20} status {reply.Status:X4} fault {reply.Faulted}";
}
