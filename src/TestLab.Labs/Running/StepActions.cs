using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Machines.Control;

namespace TestLab.Labs.Running;

/// <summary>What each kind of step does.</summary>
internal sealed class StepActions(Conductor conductor)
{
    private const int IsFolder = 21; // EISDIR
    private const int CopyLimitBytes = 256 << 20;
    private const long StopGraceNanoseconds = 2_000_000_000;

    private readonly LaunchScript _launch = new(conductor);
    private readonly Dictionary<string, (StepPlan Step, List<RunningCommand> Commands)> _backgrounds = [];

    public async Task<StepOutcome> RunAsync(StepPlan step)
    {
        switch (step.Action)
        {
            case RunAction run: return await RunAsync(step, run);
            case CopyAction copy:
                foreach (Guest guest in GuestsOf(step)) await Limited(step, CopyAsync(guest, step.Number, copy), "the copy");
                break;
            case PauseAction pause: await conductor.Delay(pause.Nanoseconds); break;
            case WaitAction wait: await WaitAsync(step, wait.Until); break;
            case BarrierAction barrier: return await JoinAsync(barrier.Backgrounds);
            case StopAction stop: await StopAsync(stop.Backgrounds); break;
            case LinkAction link: Apply(link); break;
            case PowerAction power: await ApplyAsync(power); break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step.Action, "There is no such action.");
        }

        return new StepOutcome(StepVerdict.Passed, null, []);
    }

    /// <summary>Does something to the lab while a step runs; returns what undoes it, where that is possible.</summary>
    public async Task<Action?> DisturbAsync(DisturbancePlan plan)
    {
        switch (plan.Action)
        {
            case LinkAction link: return Apply(link);
            case PowerAction power:
                await ApplyAsync(power);
                return power.Verb == PowerVerb.Kill
                    ? () => _ = ApplyAsync(power with { Verb = PowerVerb.Start })
                    : null;
            case RunAction run:
                foreach ((string machine, string command) in plan.Machines.Zip(run.Commands))
                    await conductor.Start(conductor.Guest(machine), command, run.Environment, run.Input).EndAsync();
                return null;
            default: throw new ArgumentOutOfRangeException(nameof(plan), plan.Action, "Nothing else disturbs.");
        }
    }

    private IEnumerable<Guest> GuestsOf(StepPlan step) => step.Machines.Select(conductor.Guest);

    private async Task<StepOutcome> RunAsync(StepPlan step, RunAction run)
    {
        var commands = new List<RunningCommand>();
        foreach ((Guest guest, string command) in GuestsOf(step).Zip(run.Commands))
        {
            if (!guest.Control.IsReady)
                throw new LabFailure(Verdict.Failed, $"{guest.Name} cannot be told to run anything: it is {StateOf(guest)}");
            commands.Add(conductor.Start(
                guest, command, run.Environment, run.Input,
                step.Background is null ? step.TimeoutNanoseconds : null, step.Background ?? ""));
        }

        if (step.Background is { } name)
        {
            _backgrounds[name] = (step, commands);
            return new StepOutcome(StepVerdict.Passed, null, []);
        }

        return StepScript.Sum(await EndsAsync(step, commands));
    }

    private static async Task<IReadOnlyList<AttemptResult>> EndsAsync(StepPlan step, List<RunningCommand> commands)
    {
        var attempts = new List<AttemptResult>();
        foreach (RunningCommand command in commands)
            attempts.Add(StepScript.Judge(step.Expect, command.Guest, await command.EndAsync()));
        return attempts;
    }

    private async Task<StepOutcome> JoinAsync(IReadOnlyList<string> names)
    {
        var attempts = new List<AttemptResult>();
        foreach (string name in names)
        {
            (StepPlan step, List<RunningCommand> commands) = Take(name);
            Task<IReadOnlyList<AttemptResult>> ends = EndsAsync(step, commands);
            if (!await conductor.Within(ends, step.TimeoutNanoseconds))
            {
                foreach (RunningCommand command in commands) command.Command.Abandon(ControlEnding.TimedOut);
            }

            attempts.AddRange(await ends);
        }

        return StepScript.Sum(attempts);
    }

    private async Task StopAsync(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            (StepPlan step, List<RunningCommand> commands) = Take(name);
            foreach (RunningCommand command in commands) command.Command.Stop();
            Task<IReadOnlyList<AttemptResult>> ends = EndsAsync(step, commands);
            if (await conductor.Within(ends, StopGraceNanoseconds)) continue;
            foreach (RunningCommand command in commands) command.Command.Abandon(ControlEnding.TimedOut);
        }
    }

    private (StepPlan Step, List<RunningCommand> Commands) Take(string name) =>
        _backgrounds.Remove(name, out (StepPlan Step, List<RunningCommand> Commands) background)
            ? background
            : throw new LabFailure(Verdict.Failed, $"background step \"{name}\" is not under way");

    private async Task WaitAsync(StepPlan step, Readiness until)
    {
        foreach (Guest guest in GuestsOf(step))
        {
            long limit = Math.Min(until.WithinNanoseconds, step.TimeoutNanoseconds);
            if (await conductor.Within(_launch.AwaitAsync(guest, until), limit)) continue;
            throw new LabFailure(
                Verdict.TimedOut, $"{guest.Name}: {guest.AwaitedCondition} has not come within {Figures.Time(limit)}");
        }
    }

    private async Task Limited(StepPlan step, Task task, string what)
    {
        if (await conductor.Within(task, step.TimeoutNanoseconds)) return;
        throw new LabFailure(Verdict.TimedOut, $"{what} has not ended within {Figures.Time(step.TimeoutNanoseconds)}");
    }

    private async Task CopyAsync(Guest guest, int step, CopyAction copy)
    {
        if (copy.IsToMachine)
        {
            await _launch.CopyInAsync(guest, conductor.Material.FilesOf(step));
            return;
        }

        ControlDownload? download = null;
        ControlOutcome outcome = await conductor.OperateAsync(
            guest, control => download = control.Get(copy.GuestPath, CopyLimitBytes));
        string place = Path.Combine(guest.Name, copy.HostPath);
        if (outcome.IsSuccess && download is not null)
            conductor.CopiedFiles.Add(new CopiedFile(guest.Name, place, download.Content, IsArchive: false));
        else if (outcome is { Ending: ControlEnding.Refused, Value: IsFolder })
            conductor.CopiedFiles.Add(new CopiedFile(guest.Name, place, await ArchiveAsync(guest, copy.GuestPath), IsArchive: true));
        else
            throw new LabFailure(Verdict.Failed, $"{guest.Name}: {copy.GuestPath}: {outcome}");
    }

    private async Task<ReadOnlyMemory<byte>> ArchiveAsync(Guest guest, string folder)
    {
        string archive = $"/tmp/testlab-{guest.Name}.tar";
        CommandEnd end = await conductor.RunAsync(
            guest, $"tar -cf {archive} -C {LaunchScript.Quoted(folder)} .");
        if (!end.Outcome.IsSuccess) throw new LabFailure(Verdict.Failed, $"{guest.Name}: {folder}: {end.Stderr.Trim()}");
        ControlDownload? download = null;
        ControlOutcome outcome = await conductor.OperateAsync(guest, control => download = control.Get(archive, CopyLimitBytes));
        await conductor.OperateAsync(guest, control => control.Call(GuestCall.Remove(archive)));
        return outcome.IsSuccess && download is not null
            ? download.Content
            : throw new LabFailure(Verdict.Failed, $"{guest.Name}: {folder}: {outcome}");
    }

    private Action Apply(LinkAction action)
    {
        var undo = new List<Action>();
        for (int index = 0; index < action.Links.Count; index++)
        {
            LinkPlan link = conductor.Cell.Link(action.Links[index]);
            conductor.Note(link.Name, action.Verb.ToString().ToLowerInvariant());
            switch (action.Verb)
            {
                case LinkVerb.Set: undo.Add(conductor.Links.Set(link, action.Figures[index])); break;
                case LinkVerb.Heal: conductor.Links.Heal(link.Name); break;
                case LinkVerb.Block: conductor.Links.Block(link); break;
                default: conductor.Links.Cut(link.Name); break;
            }

            if (action.Verb is not (LinkVerb.Cut or LinkVerb.Block)) continue;
            undo.Add(() =>
            {
                conductor.Note(link.Name, "heal");
                conductor.Links.Heal(link.Name);
            });
        }

        return () => undo.ForEach(each => each());
    }

    private async Task ApplyAsync(PowerAction power)
    {
        foreach (Guest guest in power.Targets.Select(conductor.Guest))
        {
            conductor.Note(guest.Name, $"power {power.Verb.ToString().ToLowerInvariant()}");
            switch (power.Verb)
            {
                case PowerVerb.Kill: await _launch.KillAsync(guest); break;
                case PowerVerb.Stop: await _launch.StopAsync(guest); break;
                case PowerVerb.Start when guest.Stage != MachineStage.Ready: await _launch.SwitchOnAsync(guest); break;
                case PowerVerb.Reset:
                    guest.Ready = new TaskCompletionSource();
                    guest.LoseAgent();
                    guest.Remote.Reset();
                    conductor.SetStage(guest, MachineStage.Booting);
                    await _launch.BecomeReadyAsync(guest);
                    break;
            }
        }
    }

    private static string StateOf(Guest guest) => guest.Stage == MachineStage.Ready ? "without its agent" : guest.Stage.ToString().ToLowerInvariant();
}
