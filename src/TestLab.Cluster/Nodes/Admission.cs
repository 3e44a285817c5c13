using TestLab.Protocol;
using TestLab.Protocol.Cells;

namespace TestLab.Cluster.Nodes;

/// <summary>Which of the cells that wait may run: as many as memory, cores and the user allow, and as
/// do not want the same port of the host; first come, first served.</summary>
/// <remarks>A cell that is larger than the whole node runs alone: guests seldom touch all of their memory.</remarks>
public sealed class Admission(NodeLimits limits)
{
    private readonly List<RunCell> _waiting = [];
    private readonly List<RunCell> _running = [];

    public IReadOnlyList<RunCell> Waiting => _waiting;

    public IReadOnlyList<RunCell> Running => _running;

    public void Add(RunCell cell) => _waiting.Add(cell);

    /// <summary>The next cell that may start now; it counts as running from here on. Null: none.</summary>
    public RunCell? Next()
    {
        // Nobody overtakes: else a large cell could wait for ever.
        if (_waiting.Count == 0 || !HasRoomFor(_waiting[0])) return null;
        RunCell next = _waiting[0];
        _waiting.RemoveAt(0);
        _running.Add(next);
        return next;
    }

    /// <summary>True where the cell had not started; it will not.</summary>
    public bool Withdraw(CellId cell) => _waiting.RemoveAll(waiting => waiting.Cell == cell) > 0;

    public void End(CellId cell) => _running.RemoveAll(running => running.Cell == cell);

    private bool HasRoomFor(RunCell cell)
    {
        if (_running.Count == 0) return true;
        if (cell.Claims is { } claims && _running.Any(running => running.Claims is { } taken && taken.Intersect(claims).Any()))
            return false;
        int ofTheRun = _running.Count(running => running.Cell.Run == cell.Cell.Run);
        if (cell.Jobs is { } jobs && ofTheRun >= jobs) return false;
        // Who names the number of jobs knows what the cores are worth; memory is not negotiable.
        if (cell.Jobs is null && _running.Sum(ThreadsOf) + ThreadsOf(cell) > limits.Cores) return false;
        ulong taken = _running.Aggregate(0UL, (sum, running) => sum + running.MemoryBytes);
        return taken + cell.MemoryBytes <= limits.MemoryBytes;
    }

    private static int ThreadsOf(RunCell cell) => cell.Threads ?? 1;
}
