using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Machines.Control;
using TestLab.Machines.Processes;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Labs.Running;

/// <summary>Who conducts a lab: switches machines on in their order, runs the steps, gives the verdict.</summary>
/// <remarks>
/// A logical process like the machines: what it does follows from what they sent and when. So a run does not depend on
/// who watches it, and the same file and seed give the same run.
/// </remarks>
internal sealed class Conductor : StepProcess
{
    public const string ProcessName = "conductor";

    private readonly CellPlan _cell;
    private readonly LabMaterial _material;
    private readonly IRunObserver _observer;
    private readonly Dictionary<string, Guest> _guests = [];
    private readonly Dictionary<Guest, EventTimer> _deadlines = [];
    private readonly StopSwitch _end;
    private readonly List<StepResult> _steps = [];
    private readonly List<TimelineEvent> _timeline = [];

    public Conductor(CellPlan cell, LabMaterial material, LinkSettingsTable settings, IRunObserver observer)
        : base(ProcessName)
    {
        (_cell, _material, _observer) = (cell, material, observer);
        Links = new LinkDesk(this, settings, Enter, Leave);
        _end = AddStopSwitch("end", MachineSetup.DefaultControlLookaheadNanoseconds);
        foreach (MachinePlan machine in cell.Machines) AddGuest(machine);
        At(VirtualTime.Zero, () => Main = RunAsync());
    }

    public LinkDesk Links { get; }

    public IReadOnlyCollection<Guest> Guests => _guests.Values;

    public IReadOnlyList<StepResult> Steps => _steps;

    public IReadOnlyList<TimelineEvent> Timeline => _timeline;

    public List<CopiedFile> CopiedFiles { get; } = [];

    public Verdict Verdict { get; private set; } = Verdict.Cancelled;

    /// <summary>Why it did not pass, in one line.</summary>
    public string? Failure { get; private set; }

    /// <summary>The whole course of the run; what it throws is a defect of ours.</summary>
    public Task Main { get; private set; } = Task.CompletedTask;

    public CellPlan Cell => _cell;

    public LabMaterial Material => _material;

    public Guest Guest(string name) => _guests[name];

    public void Note(string subject, string text) =>
        _timeline.Add(new TimelineEvent { Nanoseconds = Now.Nanoseconds, Subject = subject, Text = text });

    public void SetStage(Guest guest, MachineStage stage)
    {
        guest.Stage = stage;
        _observer.MachineChanged(Now, guest.Name, stage);
    }

    /// <summary>Starts a command in a guest whose agent is there.</summary>
    public RunningCommand Start(
        Guest guest, string command, IReadOnlyList<EnvironmentVariable>? environment = null, string? input = null,
        long? timeoutNanoseconds = null, string name = "")
    {
        var variables = new Dictionary<string, string>();
        foreach (EnvironmentVariable variable in guest.Plan.Environment.Concat(environment ?? []))
            variables[variable.Name] = variable.Value;
        Advance(guest);
        var running = new RunningCommand(
            guest, command,
            CommandRequest.Shell(command) with
            {
                Environment = variables,
                HasInput = input is not null,
                TimeoutNanoseconds = timeoutNanoseconds,
                Name = name,
            },
            input, () => Now);
        Rearm(guest);
        return running;
    }

    /// <summary>Runs a command to its end.</summary>
    public Task<CommandEnd> RunAsync(Guest guest, string command, long? timeoutNanoseconds = null) =>
        Start(guest, command, timeoutNanoseconds: timeoutNanoseconds).EndAsync();

    /// <summary>Something that the agent does, such as a file on its way.</summary>
    public async Task<ControlOutcome> OperateAsync(Guest guest, Func<ControlClient, ControlOperation> begin)
    {
        Advance(guest);
        ControlOperation operation = begin(guest.Control);
        var ended = new TaskCompletionSource<ControlOutcome>();
        operation.Ended = outcome => ended.TrySetResult(outcome);
        Rearm(guest);
        return operation.Outcome ?? await ended.Task;
    }

    private void AddGuest(MachinePlan machine)
    {
        var remote = new MachineRemote(this, machine.Name, consolePorts: 1, MachineSetup.DefaultControlLookaheadNanoseconds);
        var guest = new Guest(machine, remote);
        _guests.Add(machine.Name, guest);
        _deadlines.Add(guest, Events.CreateTimer($"deadline {machine.Name}", _ => Do(() => Advance(guest))));
        remote.Received = (stream, bytes) => Hear(guest, stream, bytes);
        remote.RoomGrown = stream => Do(() =>
        {
            if (stream == Running.Guest.AgentStream) guest.Flush();
        });
        remote.Changed = kind => Do(() => ChangePower(guest, kind));
    }

    private void Hear(Guest guest, int stream, ReadOnlySpan<byte> bytes)
    {
        Enter();
        try
        {
            if (stream == MachineStreams.Serial)
            {
                guest.AddConsole(bytes);
                return;
            }

            if (stream != Running.Guest.AgentStream) return;
            guest.Control.Advance(Now);
            guest.Control.Feed(bytes);
            Rearm(guest);
        }
        finally
        {
            Leave();
        }
    }

    private void ChangePower(Guest guest, MachineMessageKind kind)
    {
        if (kind is not (MachineMessageKind.PowerOff or MachineMessageKind.Reset)) return;
        guest.LoseAgent();
        Rearm(guest);
        if (kind == MachineMessageKind.Reset)
        {
            Note(guest.Name, "reset");
            return;
        }

        guest.StoppedAt = Now;
        Note(guest.Name, "power off");
        bool wasOnItsWay = guest.Stage is MachineStage.Booting or MachineStage.Starting;
        SetStage(guest, MachineStage.Off);
        guest.Off.TrySetResult();
        if (wasOnItsWay)
            guest.Ready.TrySetException(new LabFailure(Verdict.TimedOut, $"{guest.Name} switched itself off before it was ready"));
    }

    private void Advance(Guest guest)
    {
        guest.Control.Advance(Now);
        Rearm(guest);
    }

    private void Rearm(Guest guest) => _deadlines[guest].Arm(guest.Control.NextDeadline);

    private async Task RunAsync()
    {
        try
        {
            await LaunchAsync();
            await RunStepsAsync();
            (Verdict, Failure) = Judge();
        }
        catch (LabFailure failure)
        {
            (Verdict, Failure) = (failure.Verdict, failure.Message);
            SkipTheRest();
        }

        await StopAsync();
        _end.Raise();
    }

    private async Task LaunchAsync()
    {
        var launch = new LaunchScript(this);
        Task[] launches = [.. _guests.Values.Select(launch.LaunchAsync)];
        // The first that fails ends the run; who waits for a machine that failed would wait for ever.
        var failed = new TaskCompletionSource();
        int left = launches.Length;
        foreach (Task each in launches) _ = WatchAsync(each);
        if (left > 0) await failed.Task;

        async Task WatchAsync(Task one)
        {
            try
            {
                await one;
                if (--left == 0) failed.TrySetResult();
            }
            catch (LabFailure failure)
            {
                failed.TrySetException(failure);
            }
        }
    }

    private async Task RunStepsAsync()
    {
        var script = new StepScript(this);
        bool hasFailed = false;
        foreach (StepPlan step in _cell.Steps)
        {
            if (hasFailed && !step.IsAlways)
            {
                Finish(script.Skip(step));
                continue;
            }

            _observer.StepStarted(Now, step);
            StepResult result = await script.RunAsync(step);
            Finish(result);
            hasFailed |= result.Verdict is StepVerdict.Failed or StepVerdict.TimedOut;
        }
    }

    private void Finish(StepResult result)
    {
        _steps.Add(result);
        _observer.StepEnded(Now, result);
    }

    private void SkipTheRest()
    {
        var script = new StepScript(this);
        foreach (StepPlan step in _cell.Steps.Skip(_steps.Count)) Finish(script.Skip(step));
    }

    private (Verdict Verdict, string? Failure) Judge()
    {
        StepResult? first = _steps.Find(step => step.Verdict is StepVerdict.Failed or StepVerdict.TimedOut);
        if (first is null) return (Verdict.Passed, null);
        Verdict verdict = first.Verdict == StepVerdict.TimedOut ? Verdict.TimedOut : Verdict.Failed;
        return (verdict, $"step \"{first.Name}\": {first.Failure}");
    }

    /// <summary>In the reverse of the launch order, wave by wave.</summary>
    private async Task StopAsync()
    {
        var launch = new LaunchScript(this);
        foreach (LaunchWave wave in _cell.Launch.Reverse())
        {
            Task[] stops = [.. wave.Machines.Select(name => launch.StopAsync(_guests[name]))];
            foreach (Task stop in stops) await stop;
        }
    }
}
