using TestLab.Protocol.Cells;
using TestLab.Protocol.Machines;
using TestLab.Protocol.Runs;

namespace TestLab.Protocol.Tests.Wire;

/// <summary>One message of each type, no property of it at its default.</summary>
internal static class Samples
{
    private static readonly RunId Run = new("web-20261128-053000");
    private static readonly CellId Cell = new(Run, "release=12,line=dsl");
    private static readonly MachineId Machine = new(Cell, "server");

    public static IReadOnlyList<IMessage> All { get; } =
    [
        new StartRun(Run)
        {
            LabFile = "/labs/web/lab.yaml", LabName = "labs/web", Folder = "/data/runs/web", Only = ["release=12"],
            Seed = ulong.MaxValue, Threads = 2, Jobs = 3, Engine = "interpreter", Replay = "/data/runs/old", Version = "0.1.0",
        },
        new StopRun(Run),
        new WatchRun(Run),
        new UnwatchRun(Run),
        new RunAccepted(Run),
        new RunRefused(Run, "there is a run of this name"),
        new RunStarted(Run, [Cell.Cell, "release=13,line=dsl"]),
        new CellStarted(Cell) { Machines = ["server", "client"], Steps = ["the page arrives"] },
        new ImageProgressed(Machine, "packing", true),
        new MachineStageChanged(Machine, MachineStage.Failed) { AtNanoseconds = 5, Reason = "port 80 never opened" },
        new ConsoleLinesWritten(Machine, ["Linux version 6.12", "caf\u00e9 \u001b"]),
        new StepStarted(Cell, 1, "the page arrives") { AtNanoseconds = long.MaxValue },
        new StepEnded(Cell, 1, "the page arrives", StepVerdict.TimedOut) { Nanoseconds = 7, Failure = "exit: expected 0, got 1" },
        new CellProgressed(Cell, 1_000_000_000, 250),
        new LinksProgressed(Cell)
        {
            Count = 30,
            Links = [new LinkProgress("client.wan") { DownBitsPerSecond = 1.5e6, UpBitsPerSecond = 48_000, QueueBytes = 65_536, Drops = 12 }],
        },
        new CellEnded(Cell, RunVerdict.Broken) { Failure = "no image", ResultFile = "/data/runs/web/cell.json", Identity = "5af1" },
        new RunFinished(Run, RunVerdict.Cancelled) { Failure = "stopped", ResultFile = "/data/runs/web/results.json" },
        new RunCell(Cell)
        {
            LabFile = "/labs/web/lab.yaml", Folder = "/data/runs/web/1", MemoryBytes = 1UL << 40,
            Seed = 9, Threads = 1, Jobs = 2, Engine = "translator", Replay = "/data/runs/old/1", Version = "0.1.0",
            Claims = ["tcp/8080", "tap/lab0"],
        },
        new StopCell(Cell),
        new ProvisionMachine(Machine),
        new DescribeMachine(Machine),
        new MachineProvisioned(Machine),
        new MachineRefused(Machine, "there is no package nginx-lite"),
        new MachineDescribed(Machine, MachineStage.Ready, 42, ["login:"]),
    ];
}
