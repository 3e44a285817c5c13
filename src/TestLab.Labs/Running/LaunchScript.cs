using System.Globalization;
using System.Text;
using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Machines.Control;

namespace TestLab.Labs.Running;

/// <summary>How a machine comes up and goes down.</summary>
internal sealed class LaunchScript(Conductor conductor)
{
    private const int ProcFileLimitBytes = 1 << 20;

    /// <summary>From the moment for which others wait until the machine is ready.</summary>
    public async Task LaunchAsync(Guest guest)
    {
        foreach (LaunchCondition condition in guest.Plan.Start.After)
        {
            Guest other = conductor.Guest(condition.Machine);
            await (condition.Moment == LaunchMoment.Started ? other.Started.Task : other.Ready.Task);
        }

        if (guest.Plan.Start.DelayNanoseconds > 0) await conductor.Delay(guest.Plan.Start.DelayNanoseconds);
        await SwitchOnAsync(guest);
    }

    /// <summary>Switches it on and waits until it is ready.</summary>
    public async Task SwitchOnAsync(Guest guest)
    {
        if (guest.Off.Task.IsCompleted) (guest.Off, guest.Ready) = (new TaskCompletionSource(), new TaskCompletionSource());
        guest.Remote.SwitchOn();
        guest.StartedAt ??= conductor.Now;
        guest.StoppedAt = null;
        conductor.SetStage(guest, MachineStage.Booting);
        guest.Started.TrySetResult();
        await BecomeReadyAsync(guest);
    }

    /// <summary>After a start or a reset.</summary>
    public async Task BecomeReadyAsync(Guest guest)
    {
        Readiness ready = guest.Plan.Ready;
        Task prepared = PrepareAsync(guest);
        _ = TellAsync(prepared, guest.Ready);
        if (!await conductor.Within(guest.Ready.Task, ready.WithinNanoseconds))
        {
            string state = guest.Stage == MachineStage.Booting
                ? "its agent has not answered"
                : $"waiting for {guest.AwaitedCondition}";
            conductor.SetStage(guest, MachineStage.Failed);
            throw new LabFailure(
                Verdict.TimedOut, $"{guest.Name} was not ready within {Figures.Time(ready.WithinNanoseconds)}: {state}");
        }

        guest.ReadyAt ??= conductor.Now;
        conductor.SetStage(guest, MachineStage.Ready);
    }

    /// <summary>Its last commands, then the power goes.</summary>
    public async Task StopAsync(Guest guest)
    {
        if (guest.Stage is MachineStage.Waiting or MachineStage.Off) return;
        if (guest.Plan.Stop.Commands.Count > 0 && guest.Control.IsReady)
            await conductor.Within(RunAllAsync(guest, guest.Plan.Stop.Commands), guest.Plan.Stop.WithinNanoseconds);
        await KillAsync(guest);
    }

    public async Task KillAsync(Guest guest)
    {
        if (!guest.Remote.IsOn) return;
        guest.Remote.CutPower();
        await guest.Off.Task;
    }

    /// <summary>Ends when the conditions hold, which are looked at one after the other.</summary>
    public async Task AwaitAsync(Guest guest, Readiness readiness)
    {
        foreach (Condition condition in readiness.Conditions)
        {
            guest.AwaitedCondition = Describe(condition);
            while (!await HoldsAsync(guest, condition)) await conductor.Delay(readiness.EveryNanoseconds);
        }
    }

    public static string Describe(Condition condition) => condition switch
    {
        PortCondition port => $"port {port.Port}{(port.IsUdp ? "/udp" : "")}",
        FileCondition file => $"file {file.Path}",
        ProcessCondition process => $"process {process.Name}",
        TextCondition text => $"text {TextMatching.Describe(text.Text)}",
        CommandCondition command => $"command {command.Command}",
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "There is no such condition."),
    };

    /// <summary>Copies files in, making the folders that they need.</summary>
    public async Task CopyInAsync(Guest guest, IReadOnlyList<GuestFile> files)
    {
        if (files.Count == 0) return;
        string[] folders = [.. files.Select(file => FolderOf(file.Path)).Distinct().Order(StringComparer.Ordinal)];
        CommandEnd made = await conductor.RunAsync(guest, $"mkdir -p {string.Join(' ', folders.Select(Quoted))}");
        if (!made.Outcome.IsSuccess) throw new LabFailure(Verdict.Failed, $"{guest.Name}: {made.Stderr.Trim()}");
        foreach (GuestFile file in files)
        {
            ControlOutcome outcome = await conductor.OperateAsync(
                guest, control => control.Put(file.Path, file.Content, file.Mode));
            if (!outcome.IsSuccess) throw new LabFailure(Verdict.Failed, $"{guest.Name}: {file.Path}: {outcome}");
        }
    }

    public static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and int end ? path[..end] : "/";

    private async Task PrepareAsync(Guest guest)
    {
        if (NeedsAgent(guest.Plan))
        {
            guest.AwaitedCondition = "its agent";
            while (!guest.Control.IsReady)
            {
                if (guest.Fault != ControlFault.None)
                    throw new LabFailure(Verdict.Failed, $"{guest.Name}: what answers on the control port is no agent ({guest.Fault})");
                await guest.AgentChange;
            }

            conductor.SetStage(guest, MachineStage.Starting);
            foreach (string command in NetworkCommands(guest.Plan)) await MustRunAsync(guest, command);
            await CopyInAsync(guest, conductor.Material.FilesOf(guest.Plan));
            foreach (string command in guest.Plan.Start.Commands)
            {
                guest.AwaitedCondition = $"the end of {command}";
                await MustRunAsync(guest, command);
            }
        }

        await AwaitAsync(guest, guest.Plan.Ready);
    }

    /// <summary>A kernel of the user's own may have none; it is asked for only where something depends on it.</summary>
    private static bool NeedsAgent(MachinePlan machine) =>
        machine.Image.System is not null
        || machine.Files.Count > 0 || machine.Start.Commands.Count > 0
        || machine.Ready.Conditions.Count == 0 || machine.Ready.Conditions.Any(condition => condition is not TextCondition);

    /// <summary>What the kernel's command line has not told the guest about its networks.</summary>
    private IEnumerable<string> NetworkCommands(MachinePlan machine)
    {
        if (machine.IsRouter) yield return "echo 1 > /proc/sys/net/ipv4/ip_forward";
        if (!GuestCommandLine.ConfiguresNetworks(machine))
        {
            for (int card = 0; card < machine.Cards.Count; card++)
            {
                yield return $"ip addr add {GuestCommandLine.AddressOf(conductor.Cell, machine.Cards[card])} dev eth{card}; "
                    + $"ip link set eth{card} up";
            }

            if (RoutePlan.Gateway(conductor.Cell, machine) is { } gateway) yield return $"ip route add default via {gateway}";
            if (GuestCommandLine.NameServers(conductor.Cell, machine) is { Count: > 0 } servers)
                yield return $"printf '{string.Concat(servers.Select(server => $"nameserver {server}\\n"))}' > /etc/resolv.conf";
        }

        foreach ((System.Net.IPNetwork subnet, System.Net.IPAddress via) in RoutePlan.Of(conductor.Cell, machine))
            yield return $"ip route add {subnet} via {via}";
    }

    private async Task MustRunAsync(Guest guest, string command)
    {
        CommandEnd end = await conductor.RunAsync(guest, command);
        if (end.Outcome.IsSuccess) return;
        string said = end.Stderr.Trim().Length > 0 ? end.Stderr.Trim() : end.Stdout.Trim();
        throw new LabFailure(
            Verdict.Failed, $"{guest.Name} did not start: \"{command}\" ended with {end.Outcome}{(said.Length > 0 ? $": {said}" : "")}");
    }

    private async Task RunAllAsync(Guest guest, IReadOnlyList<string> commands)
    {
        foreach (string command in commands) await conductor.RunAsync(guest, command);
    }

    private async Task<bool> HoldsAsync(Guest guest, Condition condition)
    {
        if (condition is TextCondition text) return TextMatching.Holds(text.Text, guest.Console);
        if (!guest.Control.IsReady) return false;
        return condition switch
        {
            PortCondition port => await ListensAsync(guest, port),
            FileCondition file => (await conductor.OperateAsync(guest, control => control.Call(GuestCall.Exists(file.Path)))).IsSuccess,
            ProcessCondition process => (await conductor.RunAsync(guest, $"pidof {Quoted(process.Name)}")).Outcome.IsSuccess,
            CommandCondition command => (await conductor.RunAsync(guest, command.Command)).Outcome.IsSuccess,
            _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "There is no such condition."),
        };
    }

    /// <summary>Looks into the kernel's tables of sockets, which costs the guest no process.</summary>
    private async Task<bool> ListensAsync(Guest guest, PortCondition port)
    {
        string ending = $":{port.Port.ToString("X4", CultureInfo.InvariantCulture)}";
        string state = port.IsUdp ? "07" : "0A";
        foreach (string table in port.IsUdp ? (string[])["udp", "udp6"] : ["tcp", "tcp6"])
        {
            ControlDownload? download = null;
            ControlOutcome outcome = await conductor.OperateAsync(
                guest, control => download = control.Get($"/proc/net/{table}", ProcFileLimitBytes));
            if (!outcome.IsSuccess || download is null) continue;
            foreach (string line in Encoding.ASCII.GetString(download.Content.Span).Split('\n').Skip(1))
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 3 && words[1].EndsWith(ending, StringComparison.Ordinal) && words[3] == state) return true;
            }
        }

        return false;
    }

    private static async Task TellAsync(Task done, TaskCompletionSource told)
    {
        try
        {
            await done;
            told.TrySetResult();
        }
        catch (LabFailure failure)
        {
            told.TrySetException(failure);
        }
    }
}
