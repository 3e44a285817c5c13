using TestLab.Labs.Results;

namespace TestLab.Cli.Runs;

/// <summary>Where two runs part: the first cell, machine or step that is not the same in both.</summary>
internal static class RunComparison
{
    /// <summary>One line; null where all cells have equal hashes.</summary>
    public static string? FirstDifference(LabResult first, LabResult second)
    {
        if (first.Lab != second.Lab) return $"the labs differ: {first.Lab} and {second.Lab}";
        string[] names = [.. first.Cells.Concat(second.Cells).Select(cell => cell.Name).Distinct()];
        foreach (string name in names)
        {
            CellResult? one = first.Cells.FirstOrDefault(cell => cell.Name == name);
            CellResult? two = second.Cells.FirstOrDefault(cell => cell.Name == name);
            string place = name.Length > 0 ? $"{name}: " : "";
            if (one is null || two is null) return $"{place}only {(one is null ? second.Run : first.Run)} has this cell";
            if (Difference(one, two) is { } difference) return place + difference;
        }

        return null;
    }

    private static string? Difference(CellResult one, CellResult two)
    {
        if (one.Hash is not null && one.Hash == two.Hash) return null;
        return Numbers("the seeds differ", one.Seed, two.Seed)
            ?? Steps(one.Steps, two.Steps)
            ?? Machines(one.Machines, two.Machines)
            ?? (one.Verdict != two.Verdict ? $"the verdicts differ: {RunText.Word(one.Verdict)} and {RunText.Word(two.Verdict)}" : null)
            ?? Numbers("guest time differs", one.VirtualNanoseconds, two.VirtualNanoseconds)
            ?? (one.Hash is null || two.Hash is null ? "a run has no hash: it did not come to its end" : "the hashes differ, and nothing else");
    }

    private static string? Steps(IReadOnlyList<StepResult> one, IReadOnlyList<StepResult> two)
    {
        foreach ((StepResult first, StepResult second) in one.Zip(two))
        {
            string place = $"step \"{first.Name}\"";
            if (first.Name != second.Name) return $"{place} is \"{second.Name}\" in the other";
            if (first.Verdict != second.Verdict)
                return $"{place}: the verdicts differ: {RunText.Word(first.Verdict)} and {RunText.Word(second.Verdict)}";
            string? difference = Numbers($"{place}: it starts at another time", first.StartNanoseconds, second.StartNanoseconds)
                ?? Outputs(place, first, second)
                ?? Numbers($"{place}: it ends at another time", first.EndNanoseconds, second.EndNanoseconds);
            if (difference is not null) return difference;
        }

        return one.Count == two.Count ? null : $"the number of steps differs: {one.Count} and {two.Count}";
    }

    private static string? Outputs(string place, StepResult one, StepResult two) =>
        one.Attempts.Select(Output).SequenceEqual(two.Attempts.Select(Output)) ? null : $"{place}: the outputs differ";

    private static (string?, int?, string, string) Output(AttemptResult attempt) =>
        (attempt.Machine, attempt.ExitCode, attempt.Stdout, attempt.Stderr);

    private static string? Machines(IReadOnlyList<MachineResult> one, IReadOnlyList<MachineResult> two)
    {
        foreach ((MachineResult first, MachineResult second) in one.Zip(two))
        {
            string place = $"machine {first.Name}";
            if (first.Name != second.Name) return $"{place} is {second.Name} in the other";
            string? difference =
                (first.Image != second.Image ? $"{place}: the images differ: {first.Image} and {second.Image}" : null)
                ?? Numbers($"{place}: it was ready at another time", first.ReadyAtNanoseconds, second.ReadyAtNanoseconds)
                ?? (first.ConsoleTail != second.ConsoleTail ? $"{place}: the consoles differ" : null)
                ?? Numbers($"{place}: the numbers of instructions differ", first.Instructions, second.Instructions);
            if (difference is not null) return difference;
        }

        return one.Count == two.Count ? null : $"the number of machines differs: {one.Count} and {two.Count}";
    }

    private static string? Numbers<T>(string what, T one, T two) =>
        EqualityComparer<T>.Default.Equals(one, two) ? null : $"{what}: {one?.ToString() ?? "never"} and {two?.ToString() ?? "never"}";
}
