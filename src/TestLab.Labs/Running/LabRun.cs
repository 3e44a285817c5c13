using System.Diagnostics;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Networks.Capture;
using TestLab.Simulation;
using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Labs.Running;

/// <summary>One cell of a lab from power-on to the verdict.</summary>
public sealed class LabRun : IDisposable
{
    /// <summary>How often captures are written and the owner can look in, in guest time.</summary>
    private const long SliceNanoseconds = 1_000_000_000;

    /// <summary>A year of guest time: a lab that has not ended by then has lost its way.</summary>
    private static readonly VirtualTime Limit = VirtualTime.FromSeconds(365L * 24 * 3600);

    private readonly CellPlan _cell;
    private readonly LabRunOptions _options;
    private readonly LabAssembly _assembly;
    private readonly Executor _executor;
    private readonly RunFiles _files;

    /// <exception cref="Machines.Boot.BootException">A kernel cannot be booted on its machine.</exception>
    /// <exception cref="IOException">A disk cannot be read, or the folder of the results not be written.</exception>
    public LabRun(CellPlan cell, LabMaterial material, LabRunOptions options, IRunObserver observer)
    {
        (_cell, _options) = (cell, options);
        _files = new RunFiles(options.Folder);
        _assembly = new LabAssembly(cell, material, new ConsoleFiles(_files, observer));
        _executor = new Executor(new ExecutorOptions { ThreadCount = options.ThreadCount, Pace = options.Pace });
        foreach (LogicalProcess process in _assembly.Processes) _executor.Add(process);
        foreach (CapturePlan capture in cell.Captures) _assembly.Tap(_files.AddCapture(capture, cell.EpochUnixSeconds), capture);
    }

    /// <summary>Where the run stands. Safe to read from any thread.</summary>
    public VirtualTime Now => new(Interlocked.Read(ref _nowNanoseconds));

    private long _nowNanoseconds;

    /// <summary>Runs to the verdict, on this thread and those that the options add.</summary>
    /// <param name="cancellation">Ends the run early; the result says so.</param>
    /// <exception cref="ProcessFailedException">A defect of ours.</exception>
    public CellResult Execute(CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        RunOutcome outcome;
        do
        {
            outcome = _executor.RunUntil(VirtualTime.Min(_executor.Now.After(SliceNanoseconds), Limit), cancellation);
            Interlocked.Exchange(ref _nowNanoseconds, outcome.Time.Nanoseconds);
            _files.Collect(outcome.Time);
        }
        while (outcome.End == RunEnd.Reached && outcome.Time < Limit);

        _files.Finish(outcome.Time, _assembly.Conductor.CopiedFiles);
        if (_assembly.Conductor.Main is { IsFaulted: true, Exception: { } defect }) throw defect.InnerException ?? defect;
        return new ResultWriter(_cell, _assembly).Write(outcome, _files.All) with
        {
            Hash = _options.Hashes ? _executor.Hash().ToString() : null,
            HostSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        };
    }

    public void Dispose()
    {
        _executor.Dispose();
        _assembly.Dispose();
        _files.Dispose();
    }
}
