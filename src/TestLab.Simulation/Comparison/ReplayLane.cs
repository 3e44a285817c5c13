using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Comparison;

/// <summary>One of two runs while they are compared: it goes forward by running, and back to where it was kept.</summary>
internal sealed class ReplayLane(IReplay replay) : IDisposable
{
    private readonly MemoryStream _kept = new();
    private VirtualTime _keptAt;
    private Executor? _executor;

    public IReadOnlyList<LogicalProcess> Processes => [.. _executor?.Processes ?? []];

    public void GoTo(VirtualTime time)
    {
        if (_executor is null || _executor.Now > time) GoBack(time);
        Executor executor = _executor ?? throw new InvalidOperationException("The replay has not started.");
        while (executor.Now < time) executor.RunUntil(time);
    }

    /// <summary>Both runs are equal here, so nobody will go back further.</summary>
    public void Keep()
    {
        if (_executor is not { } executor) return;
        _kept.SetLength(0);
        executor.Save(_kept);
        _keptAt = executor.Now;
    }

    public void Dispose() => _executor?.Dispose();

    private void GoBack(VirtualTime time)
    {
        _executor?.Dispose();
        _executor = replay.Start(time);
        if (_kept.Length == 0 || _keptAt > time || _executor.Now >= _keptAt && _executor.Now <= time) return;
        _kept.Position = 0;
        _executor.Restore(_kept);
    }
}
