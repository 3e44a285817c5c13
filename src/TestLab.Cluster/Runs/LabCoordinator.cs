using Akka.Actor;
using TestLab.Cluster.Cells;
using TestLab.Images;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Protocol;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Runs;

/// <summary>Takes one run from its lab file to its reports: hands the cells to a node, passes on what happens.</summary>
internal sealed class LabCoordinator : ReceiveActor
{
    private readonly StartRun _command;
    private readonly IActorRef _node;
    private readonly ImageCatalog _catalog;
    private readonly HashSet<IActorRef> _watchers;
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetLocalNow();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private bool _isStopped;

    /// <param name="command">Which lab, and how.</param>
    /// <param name="node">The agent of the node that runs the cells.</param>
    /// <param name="catalog">Where the images are that the lab file may name.</param>
    /// <param name="watcher">The first to watch.</param>
    public LabCoordinator(StartRun command, IActorRef node, ImageCatalog catalog, IActorRef watcher)
    {
        (_command, _node, _catalog, _watchers) = (command, node, catalog, [watcher]);
        Read();
    }

    protected override void PreStart()
    {
        Context.Watch(_node);
        foreach (IActorRef watcher in _watchers) Context.Watch(watcher);
        Task.Run(() => new LabRead(CellReading.Read(_command, _catalog))).PipeTo(Self, failure: error => new Failed(error));
    }

    private void Read()
    {
        Always();
        Receive<StopRun>(_ =>
        {
            _isStopped = true;
            Accept();
        });
        Receive<LabRead>(read => Start(read.Lab));
        Receive<NodeLost>(_ => Finish(new RunFinished(_command.Run, RunVerdict.Broken) { Failure = NodeLost.Reason }));
        Receive<Failed>(failed => Finish(new RunFinished(_command.Run, RunVerdict.Broken) { Failure = Words.Of(failed.Error) }));
    }

    private void Start(LabPlan lab)
    {
        var ledger = new RunLedger(lab);
        Become(() => Run(lab, ledger));
        Publish(new RunStarted(_command.Run, [.. lab.Cells.Select(cell => cell.Name)]));
        for (int number = 1; number <= lab.Cells.Count; number++) _node.Tell(CellOf(lab, number));
        if (_isStopped) StopCells(ledger);
    }

    private RunCell CellOf(LabPlan lab, int number)
    {
        CellPlan cell = lab.Cells[number - 1];
        return new RunCell(new CellId(_command.Run, cell.Name))
        {
            LabFile = _command.LabFile,
            Folder = Path.Combine(_command.Folder, RunFolder.NameOf(lab, number)),
            MemoryBytes = cell.MemoryBytes,
            Seed = _command.Seed,
            // Machines run side by side; several cells do so better than the machines of one.
            Threads = _command.Threads
                ?? (lab.Cells.Count > 1 ? 1 : Math.Clamp(cell.Machines.Count, 1, Environment.ProcessorCount)),
            Jobs = _command.Jobs,
            Engine = _command.Engine,
            // A replay asks for nothing of the host.
            Claims = _command.Replay is null && cell.HostClaims is { Count: > 0 } claims ? claims : null,
            Replay = _command.Replay is { } replay ? Path.Combine(replay, RunFolder.NameOf(lab, number)) : null,
            Version = _command.Version,
        };
    }

    private void Run(LabPlan lab, RunLedger ledger)
    {
        Always();
        Receive<StopRun>(_ =>
        {
            StopCells(ledger);
            Accept();
        });
        Receive<CellEnded>(ended => End(lab, ledger, ended));
        Receive<NodeLost>(_ =>
        {
            foreach (CellPlan cell in ledger.Unfinished.ToArray())
                End(lab, ledger, new CellEnded(new CellId(_command.Run, cell.Name), RunVerdict.Broken) { Failure = NodeLost.Reason });
        });
        Receive<IRunEvent>(Publish);
    }

    private void End(LabPlan lab, RunLedger ledger, CellEnded ended)
    {
        if (!ledger.Add(ended)) return;
        Publish(ended);
        if (ledger.IsComplete) WriteReports(lab, ledger);
    }

    private void StopCells(RunLedger ledger)
    {
        foreach (CellPlan cell in ledger.Unfinished) _node.Tell(new StopCell(new CellId(_command.Run, cell.Name)));
    }

    private void WriteReports(LabPlan lab, RunLedger ledger)
    {
        Become(() =>
        {
            Always();
            Receive<StopRun>(_ => Accept()); // It ends anyway.
            Receive<NodeLost>(_ => { }); // All its cells have ended.
            Receive<RunFinished>(Finish);
        });
        Task.Run(() => Write(lab, ledger)).PipeTo(Self, failure: error => new RunFinished(_command.Run, RunVerdict.Broken)
        {
            Failure = $"the results cannot be written: {Words.Of(error)}",
        });
    }

    private RunFinished Write(LabPlan lab, RunLedger ledger)
    {
        var folder = new RunFolder(_command.Folder);
        folder.Write(new LabResult
        {
            Run = _command.Run.Name,
            Lab = lab.Name,
            LabFile = _command.LabName,
            Identity = ledger.Identity,
            Version = _command.Version,
            StartedAt = _startedAt,
            HostSeconds = TimeProvider.System.GetElapsedTime(_started).TotalSeconds,
            Cells = ledger.Take(folder),
        });
        return new RunFinished(_command.Run, ledger.Verdict) { ResultFile = folder.ResultPath };
    }

    private void Finish(RunFinished finished)
    {
        Publish(finished);
        Context.Stop(Self);
    }

    /// <summary>What can happen at any time.</summary>
    private void Always()
    {
        Receive<WatchRun>(_ =>
        {
            if (_watchers.Add(Sender)) Context.Watch(Sender);
            Accept();
        });
        Receive<UnwatchRun>(_ =>
        {
            if (_watchers.Remove(Sender)) Context.Unwatch(Sender);
            Accept();
        });
        Receive<Terminated>(gone =>
        {
            if (gone.ActorRef.Equals(_node)) Self.Tell(new NodeLost());
            else _watchers.Remove(gone.ActorRef);
        });
    }

    private void Accept() => Sender.Tell(new RunAccepted(_command.Run));

    private void Publish(IRunEvent news)
    {
        foreach (IActorRef watcher in _watchers) watcher.Tell(news);
    }

    /// <summary>The agent of the node is no more, and its cells with it.</summary>
    private sealed record NodeLost : INoSerializationVerificationNeeded
    {
        public const string Reason = "the node that ran it failed";
    }

    private sealed record LabRead(LabPlan Lab) : INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Error) : INoSerializationVerificationNeeded;
}
