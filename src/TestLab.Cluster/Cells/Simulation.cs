using System.Security.Cryptography;
using System.Text;
using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Networks.Host;
using TestLab.Networks.Outside;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Cells;

/// <summary>Runs one cell on a thread of its own, and leaves the result beside its files.</summary>
internal sealed class Simulation(RunCell command, CellPlan plan, CellWatch watch)
{
    /// <summary>The result of a cell alone; the run's result takes its place.</summary>
    public const string ResultFile = "cell.json";

    private LabRun? _run;

    /// <summary>What the links have carried; null where nobody knows yet.</summary>
    public LinkTotals? Links => Volatile.Read(ref _run)?.Links;

    /// <summary>Brings the clock to where the run stands.</summary>
    public void Look()
    {
        if (Volatile.Read(ref _run) is { } run) watch.Reach(run.Now);
    }

    /// <summary>The run to its end; the task may fail with whatever a lab cannot be run for.</summary>
    public Task<CellEnded> RunAsync(LabMaterial material, IRunObserver observer, CancellationToken cancellation) =>
        Task.Factory.StartNew(
            () => Run(material, observer, cancellation), CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>The result of a cell that never ran.</summary>
    public static Task<CellEnded> GiveUpAsync(RunCell command, CellPlan? plan, Verdict verdict, string failure) => Task.Run(() => Store(command, new CellResult
    {
        Name = command.Cell.Cell,
        Variables = plan?.Variables.ToDictionary(variable => variable.Name, variable => variable.Value) ?? [],
        Seed = plan?.Seed ?? command.Seed ?? 0,
        Verdict = verdict,
        Failure = failure,
    }));

    private CellEnded Run(LabMaterial material, IRunObserver observer, CancellationToken cancellation)
    {
        Directory.CreateDirectory(command.Folder);
        var options = new LabRunOptions
        {
            ThreadCount = command.Threads ?? 1,
            Folder = command.Folder,
            Engine = command.Engine,
            Outside = Open,
            Replay = command.Replay,
        };
        using var run = new LabRun(plan, material, options, observer);
        Volatile.Write(ref _run, run);
        CellResult result = run.Execute(cancellation);
        return Store(command, result) with { Identity = IdentityOf(material) };
    }

    /// <summary>The host as a network sees it; only networks whose file says so ask for it.</summary>
    private static IOutside Open(NetworkPlan network) =>
        network.HostInterface is { } tap ? new HostTap(tap) : new HostOutside(WaysIn.Of(network));

    private static CellEnded Store(RunCell command, CellResult result)
    {
        Directory.CreateDirectory(command.Folder);
        string file = Path.Combine(command.Folder, ResultFile);
        File.WriteAllText(file, JsonReport.Write(result));
        return new CellEnded(command.Cell, Translation.Of(result.Verdict)) { Failure = result.Failure, ResultFile = file };
    }

    /// <summary>All that the run follows from: the cell, its images, and the program that ran it.</summary>
    private string IdentityOf(LabMaterial material)
    {
        string[] parts = [CanonicalForm.Hash(plan), .. material.Addresses(plan), command.Version];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }
}
