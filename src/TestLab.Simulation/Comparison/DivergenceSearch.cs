using TestLab.Simulation.Processes;
using TestLab.Simulation.Records;

namespace TestLab.Simulation.Comparison;

/// <summary>Narrows the difference of two runs down to the nanosecond, and to the instruction.</summary>
/// <remarks>
/// The times come from the records of the runs (<see cref="RunRecord.Compare"/>), or are any two between which the runs
/// part. Each halving runs both once, from the last time at which they were seen to be equal.
/// </remarks>
public static class DivergenceSearch
{
    /// <summary>A step-by-step run that finds nothing in so many steps is given up.</summary>
    private const long StepLimit = 1_000_000;

    /// <returns>Null if the two are equal at the later time as well.</returns>
    public static RunDivergence? Find(IReplay left, IReplay right, VirtualTime equalAt, VirtualTime differentAt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(equalAt, differentAt);
        using var ours = new ReplayLane(left);
        using var theirs = new ReplayLane(right);
        if (Differences(ours, theirs, equalAt) is { Count: > 0 } earlier)
        {
            string found = string.Join("; ", earlier);
            throw new ArgumentException($"The runs differ at {equalAt} already: {found}.", nameof(equalAt));
        }

        ours.Keep();
        theirs.Keep();
        IReadOnlyList<PartDifference> parts = Differences(ours, theirs, differentAt);
        if (parts.Count == 0) return null;
        while (differentAt.Since(equalAt) > 1)
        {
            VirtualTime middle = equalAt.After(differentAt.Since(equalAt) / 2);
            IReadOnlyList<PartDifference> between = Differences(ours, theirs, middle);
            if (between.Count > 0)
            {
                (differentAt, parts) = (middle, between);
                continue;
            }

            equalAt = middle;
            ours.Keep();
            theirs.Keep();
        }

        ours.GoTo(equalAt);
        theirs.GoTo(equalAt);
        StepDifference[] steps =
        [
            .. parts.Select(part => part.Process).Distinct()
                .Select(name => FindStep(name, Named(ours, name), Named(theirs, name), differentAt))
                .OfType<StepDifference>(),
        ];
        return new RunDivergence(equalAt, parts, steps);
    }

    private static IReadOnlyList<PartDifference> Differences(ReplayLane left, ReplayLane right, VirtualTime time)
    {
        left.GoTo(time);
        right.GoTo(time);
        IReadOnlyList<LogicalProcess> ours = left.Processes;
        IReadOnlyList<LogicalProcess> theirs = right.Processes;
        List<PartDifference> differences = [];
        foreach (LogicalProcess process in ours)
        {
            if (theirs.FirstOrDefault(other => other.Name == process.Name) is { } other)
                differences.AddRange(Differences(process, other));
            else
                differences.Add(new PartDifference(process.Name, null));
        }

        differences.AddRange(theirs.Where(process => ours.All(other => other.Name != process.Name))
            .Select(process => new PartDifference(process.Name, null)));
        return differences;
    }

    /// <summary>What is on its way tells of a sender that has no other trace of it.</summary>
    private static IEnumerable<PartDifference> Differences(LogicalProcess left, LogicalProcess right)
    {
        PartHash[] ours = [.. left.HashPartsAtCut()];
        PartHash[] theirs = [.. right.HashPartsAtCut()];
        return ours.Except(theirs).Concat(theirs.Except(ours)).Select(part => part.Name).Distinct()
            .Select(part => new PartDifference(left.Name, part));
    }

    private static LogicalProcess? Named(ReplayLane lane, string name) =>
        lane.Processes.FirstOrDefault(process => process.Name == name);

    private static StepDifference? FindStep(string name, LogicalProcess? left, LogicalProcess? right, VirtualTime until)
    {
        if (left is not IInstructionTrace ours || right is not IInstructionTrace theirs) return null;
        for (long step = 0; step < StepLimit; step++)
        {
            (string our, string their) = (ours.DescribeNext(), theirs.DescribeNext());
            bool isMoving = ours.Step(until);
            if (theirs.Step(until) != isMoving || our != their || ours.HashStep() != theirs.HashStep())
                return new StepDifference(name, step, our, ours.DescribeNext(), their, theirs.DescribeNext());
            if (!isMoving) return null;
        }

        return null;
    }
}
