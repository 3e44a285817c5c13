using TestLab.Labs.Results;
using TestLab.Labs.Words;
using TestLab.Protocol;
using StepVerdict = TestLab.Labs.Results.StepVerdict;

namespace TestLab.Cli.Runs;

/// <summary>A result in lines: what became of each step, and all that helps where one failed.</summary>
internal sealed class RunText(TextWriter output, Ink ink)
{
    private const int OutputLines = 20;
    private const int ConsoleLines = 15;
    private const string Bar = "    | ";

    public void WriteStep(StepVerdict verdict, string name, long nanoseconds)
    {
        string word = Word(verdict).PadRight(9);
        string painted = verdict switch
        {
            StepVerdict.Passed => ink.Good(word),
            StepVerdict.Skipped => ink.Soft(word),
            _ => ink.Bad(word),
        };
        string time = verdict == StepVerdict.Skipped ? "" : Unit.Duration.Approximate(nanoseconds);
        output.WriteLine($"  {painted} {time,8}  {Plain(name)}");
    }

    /// <summary>The name of a cell and what became of it.</summary>
    public void WriteHead(CellResult cell)
    {
        string word = Word(cell.Verdict);
        output.WriteLine($"{cell.Name}: {(cell.Verdict == Verdict.Passed ? ink.Good(word) : ink.Bad(word))}");
    }

    public void WriteSteps(CellResult cell)
    {
        foreach (StepResult step in cell.Steps) WriteStep(step.Verdict, step.Name, step.EndNanoseconds - step.StartNanoseconds);
    }

    /// <summary>The steps that failed, expected beside got; then the consoles of machines that never got ready.</summary>
    public void WriteFailures(CellResult cell)
    {
        if (cell.Verdict is Verdict.Passed or Verdict.Cancelled) return;
        StepResult[] failed = [.. cell.Steps.Where(step => step.Verdict is StepVerdict.Failed or StepVerdict.TimedOut)];
        foreach (StepResult step in failed) WriteFailure(step);
        if (failed.Length > 0) return;
        output.WriteLine(ink.Bad(Plain(cell.Failure ?? "it failed")));
        foreach (MachineResult machine in cell.Machines.Where(IsStuck))
        {
            output.WriteLine($"  console of {machine.Name}:");
            WriteTail(machine.ConsoleTail, ConsoleLines);
        }
    }

    public void WriteVerdict(LabResult result)
    {
        foreach (string note in result.Cells.SelectMany(cell => cell.Notes).Distinct()) output.WriteLine($"note: {Plain(note)}");
        string word = Word(result.Verdict);
        long nanoseconds = result.Cells.Select(cell => cell.VirtualNanoseconds).DefaultIfEmpty().Max();
        int passed = result.Cells.Count(cell => cell.Verdict == Verdict.Passed);
        string cells = result.Cells.Count > 1 ? $" ({passed} of {result.Cells.Count} cells passed)" : "";
        output.WriteLine($"{(result.Verdict == Verdict.Passed ? ink.Good(word) : ink.Bad(word))}: {result.Lab}{cells}, "
            + $"{Unit.Duration.Approximate(nanoseconds)} of guest time in "
            + $"{Unit.Duration.Approximate((long)(result.HostSeconds * 1e9))}");
    }

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "failed",
        Verdict.TimedOut => "timed out",
        Verdict.Cancelled => "stopped",
        _ => "broken",
    };

    public static string Word(RunVerdict verdict) => Word(Enum.Parse<Verdict>(verdict.ToString()));

    public static string Word(StepVerdict verdict) => verdict switch
    {
        StepVerdict.Passed => "passed",
        StepVerdict.Failed => "failed",
        StepVerdict.TimedOut => "timed out",
        _ => "skipped",
    };

    public static string Word(Protocol.StepVerdict verdict) => Word(Enum.Parse<StepVerdict>(verdict.ToString()));

    private static bool IsStuck(MachineResult machine) => machine is { StartedAtNanoseconds: not null, ReadyAtNanoseconds: null };

    private void WriteFailure(StepResult step)
    {
        string place = step.Machines.Count > 0 ? $" on {string.Join(", ", step.Machines)}" : "";
        string source = step.Source is { } known ? $" ({known})" : "";
        output.WriteLine(ink.Bad($"{Word(step.Verdict)}: {Plain(step.Name)}{place}{source}"));
        if (step.Failure is { } failure) output.WriteLine($"  {Plain(failure)}");
        AttemptResult[] bad = [.. step.Attempts.Where(attempt => attempt.Checks.Any(check => !check.Passed))];
        foreach (AttemptResult attempt in bad.Length > 0 ? bad.TakeLast(step.Machines.Count > 1 ? 3 : 1) : step.Attempts.TakeLast(1))
            WriteAttempt(attempt);
    }

    private void WriteAttempt(AttemptResult attempt)
    {
        if (attempt.Command is { } command) output.WriteLine($"  $ {Plain(command.Split('\n')[0])}");
        foreach (CheckResult check in attempt.Checks.Where(check => !check.Passed))
        {
            output.WriteLine($"  {check.Subject}: expected {Plain(check.Expected)}");
            output.WriteLine($"  {"".PadLeft(check.Subject.Length)}       got {Plain(check.Got.TrimEnd())}");
        }

        WriteOutput("stdout", attempt.Stdout);
        WriteOutput("stderr", attempt.Stderr);
    }

    private void WriteOutput(string name, string text)
    {
        if (text.Length == 0) return;
        output.WriteLine($"  {name}:");
        WriteTail(text, OutputLines);
    }

    private void WriteTail(string text, int lines)
    {
        string[] all = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (all.Length > lines) output.WriteLine($"{Bar}... {all.Length - lines} lines before");
        foreach (string line in all.TakeLast(lines)) output.WriteLine(Bar + Plain(line));
    }

    /// <summary>A guest prints what it likes; a terminal of ours does not obey it.</summary>
    private static string Plain(string text) =>
        new([.. text.Select(letter => char.IsControl(letter) && letter != '\t' ? ' ' : letter)]);
}
