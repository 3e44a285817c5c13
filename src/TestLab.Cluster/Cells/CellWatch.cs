using TestLab.Cluster.Machines;
using TestLab.Simulation;

namespace TestLab.Cluster.Cells;

/// <summary>What can be seen of a cell while it runs: its clock and its consoles. Safe from any thread.</summary>
internal sealed class CellWatch(IEnumerable<string> machines)
{
    private readonly Dictionary<string, ConsoleSample> _consoles = machines.ToDictionary(name => name, _ => new ConsoleSample());
    private long _nowNanoseconds;

    /// <summary>The latest moment of guest time that anybody has spoken of.</summary>
    public VirtualTime Now => new(Interlocked.Read(ref _nowNanoseconds));

    public ConsoleSample Console(string machine) => _consoles[machine];

    public void Reach(VirtualTime time)
    {
        long seen = Interlocked.Read(ref _nowNanoseconds);
        while (time.Nanoseconds > seen)
        {
            long other = Interlocked.CompareExchange(ref _nowNanoseconds, time.Nanoseconds, seen);
            if (other == seen) return;
            seen = other;
        }
    }
}
