using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Networks.Links;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>How the steps of a test are done and judged.</summary>
internal sealed class StepScript
{
    private readonly Conductor _conductor;
    private readonly StepActions _actions;
    private readonly MeasureScript _measures;

    public StepScript(Conductor conductor)
    {
        _conductor = conductor;
        _actions = new StepActions(conductor);
        _measures = new MeasureScript(conductor);
    }

    /// <summary>What a step is called in reports: the key that the lab file has for it.</summary>
    public static string KindOf(StepAction action) => action switch
    {
        RunAction => "run",
        CopyAction => "copy",
        PauseAction => "pause",
        WaitAction => "wait",
        BarrierAction => "barrier",
        StopAction => "stop",
        MeasureAction => "measure",
        LinkAction => "link",
        PowerAction => "power",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "There is no such action."),
    };

    public StepResult Skip(StepPlan step) => New(step, StepVerdict.Skipped, _conductor.Now);

    public async Task<StepResult> RunAsync(StepPlan step)
    {
        await _measures.BeginAsync(step);
        VirtualTime start = _conductor.Now;
        Task[] disturbances = [.. step.During.Select(DisturbAsync)];
        var attempts = new List<AttemptResult>();
        StepOutcome outcome;
        int tries = 0;
        do
        {
            if (tries > 0) await _conductor.Delay(step.RetryEveryNanoseconds);
            outcome = await TryAsync(step);
            attempts.AddRange(outcome.Attempts);
            tries++;
        }
        while (outcome.Verdict != StepVerdict.Passed && tries < step.Tries);

        VirtualTime end = _conductor.Now;
        foreach (Task disturbance in disturbances) await disturbance;
        await _measures.EndAsync(step);
        return New(step, outcome.Verdict, start) with
        {
            Failure = outcome.Failure,
            EndNanoseconds = end.Nanoseconds,
            Tries = tries,
            Attempts = attempts,
        };
    }

    /// <summary>Judges what a command answered.</summary>
    public static AttemptResult Judge(Expectation expect, Guest guest, CommandEnd end)
    {
        var checks = new List<CheckResult>();
        int code = end.Outcome.ExitCode;
        if (end.HasTimedOut)
            checks.Add(Check("time", "an end", $"still running after {Figures.Time(end.End.Since(end.Start))}", false));
        else if (expect.ExitCodes.Count > 0)
        {
            checks.Add(Check(
                "exit", string.Join(" or ", expect.ExitCodes),
                end.Outcome.Ending == Machines.Control.ControlEnding.Done ? $"{code}" : end.Outcome.ToString(),
                end.Outcome.Ending == Machines.Control.ControlEnding.Done && expect.ExitCodes.Contains(code)));
        }

        if (expect.Stdout is { } stdout)
            checks.Add(Check("stdout", TextMatching.Describe(stdout), end.Stdout, TextMatching.Holds(stdout, end.Stdout)));
        if (expect.Stderr is { } stderr)
            checks.Add(Check("stderr", TextMatching.Describe(stderr), end.Stderr, TextMatching.Holds(stderr, end.Stderr)));
        if (expect.WithinNanoseconds is { } within)
        {
            long took = end.End.Since(end.Start);
            checks.Add(Check("time", $"within {Figures.Time(within)}", Figures.Time(took), took <= within));
        }

        return new AttemptResult
        {
            Machine = guest.Name,
            Command = end.Command,
            StartNanoseconds = end.Start.Nanoseconds,
            EndNanoseconds = end.End.Nanoseconds,
            ExitCode = end.Outcome.Ending == Machines.Control.ControlEnding.Done ? code : null,
            Stdout = end.Stdout,
            Stderr = end.Stderr,
            Checks = checks,
        };
    }

    /// <summary>The verdict over all that was judged.</summary>
    public static StepOutcome Sum(IReadOnlyList<AttemptResult> attempts)
    {
        AttemptResult? bad = attempts.FirstOrDefault(attempt => attempt.Checks.Any(check => !check.Passed));
        if (bad is null) return new StepOutcome(StepVerdict.Passed, null, attempts);
        CheckResult check = bad.Checks.First(each => !each.Passed);
        bool hasTimedOut = check is { Subject: "time", Expected: "an end" };
        string where = attempts.Count > 1 && bad.Machine is { } machine ? $"{machine}: " : "";
        string failure = hasTimedOut
            ? $"{where}{check.Got}"
            : $"{where}{check.Subject} is not what was expected: {OneLine(check.Got)} instead of {OneLine(check.Expected)}";
        return new StepOutcome(hasTimedOut ? StepVerdict.TimedOut : StepVerdict.Failed, failure, attempts);
    }

    public static CheckResult Check(string subject, string expected, string got, bool passed) =>
        new() { Subject = subject, Expected = expected, Got = got, Passed = passed };

    private static string OneLine(string text)
    {
        const int Limit = 60;
        string line = text.Trim().ReplaceLineEndings(" ");
        return line.Length == 0 ? "nothing" : line.Length <= Limit ? $"\"{line}\"" : $"\"{line[..Limit]}...\"";
    }

    private static StepResult New(StepPlan step, StepVerdict verdict, VirtualTime start) => new()
    {
        Name = step.Name,
        Kind = KindOf(step.Action),
        Machines = step.Machines,
        Verdict = verdict,
        StartNanoseconds = start.Nanoseconds,
        EndNanoseconds = start.Nanoseconds,
    };

    private async Task<StepOutcome> TryAsync(StepPlan step)
    {
        try
        {
            return step.Action is MeasureAction measure
                ? await _measures.JudgeAsync(measure)
                : await _actions.RunAsync(step);
        }
        catch (LabFailure failure)
        {
            var verdict = failure.Verdict == Verdict.TimedOut ? StepVerdict.TimedOut : StepVerdict.Failed;
            return new StepOutcome(verdict, failure.Message, []);
        }
    }

    private async Task DisturbAsync(DisturbancePlan plan)
    {
        await _conductor.Delay(plan.AtNanoseconds);
        Action? undo = await _actions.DisturbAsync(plan);
        if (plan.ForNanoseconds is not { } length || undo is null) return;
        await _conductor.Delay(length);
        undo();
    }
}
