using System.Diagnostics;
using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Networks.Capture;
using TestLab.Networks.Outside;
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
    private readonly LabOutside _outside;
    private readonly WallClockPace? _clock;

    /// <exception cref="ArgumentException">The results would take the place of the records that are to be replayed.</exception>
    /// <exception cref="OutsideLogException">There is nothing to replay, or it is of another run.</exception>
    /// <exception cref="Machines.Boot.BootException">A kernel cannot be booted on its machine.</exception>
    /// <exception cref="IOException">A disk cannot be read, or the folder of the results not be written.</exception>
    /// <remarks>What <see cref="LabRunOptions.Outside"/> throws comes through as it is.</remarks>
    public LabRun(CellPlan cell, LabMaterial material, LabRunOptions options, IRunObserver observer)
    {
        (_cell, _options) = (cell, options);
        if (options is { Folder: { } results, Replay: { } records } && Path.GetFullPath(results) == Path.GetFullPath(records))
            throw new ArgumentException("A run cannot be replayed from the folder that its results go to.", nameof(options));
        _files = new RunFiles(options.Folder);
        _outside = new LabOutside(cell, options, _files);
        bool isWhole = false;
        try
        {
            _assembly = new LabAssembly(cell, material, _outside, options.Engine, new ConsoleFiles(_files, observer));
            isWhole = true;
        }
        finally
        {
            if (!isWhole)
            {
                _outside.Dispose();
                _files.Dispose();
            }
        }

        // What was recorded needs no clock: it comes when it came.
        if (cell.Time == TimeMode.Real && options.Pace is null && options.Replay is null)
            _clock = new WallClockPace(TimeProvider.System);
        _executor = new Executor(new ExecutorOptions { ThreadCount = options.ThreadCount, Pace = options.Pace ?? _clock });
        foreach (LogicalProcess process in _assembly.Processes) _executor.Add(process);
        foreach (CapturePlan capture in cell.Captures) _assembly.Tap(_files.AddCapture(capture, cell.EpochUnixSeconds), capture);
        if (options.Folder is not null && cell.OnFailure.Contains(FailureAction.Capture)) KeepLastFrames();
    }

    /// <summary>Where the run stands. Safe to read from any thread.</summary>
    public VirtualTime Now => new(Interlocked.Read(ref _nowNanoseconds));

    /// <summary>What the links had carried when the run was last looked at; null before. Safe to read from any thread.</summary>
    public LinkTotals? Links => Volatile.Read(ref _links);

    /// <summary>What the executor did; to be read while nothing runs.</summary>
    public ExecutorStatistics Statistics => _executor.Statistics;

    private long _nowNanoseconds;
    private LinkTotals? _links;

    /// <summary>Runs to the verdict, on this thread and those that the options add.</summary>
    /// <param name="cancellation">Ends the run early; the result says so.</param>
    /// <exception cref="OutsideLogException">What is replayed is damaged, or the run is another one.</exception>
    /// <exception cref="ProcessFailedException">A defect of ours.</exception>
    public CellResult Execute(CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        RunOutcome outcome;
        try
        {
            outcome = Run(cancellation);
        }
        catch (ProcessFailedException failure) when (failure.InnerException is OutsideLogException other)
        {
            throw new OutsideLogException(other.Message, failure);
        }

        bool hasPassed = outcome.End == RunEnd.Stopped && _assembly.Conductor.Verdict == Verdict.Passed;
        _files.Finish(outcome.Time, _assembly.Conductor.CopiedFiles, hasPassed);
        if (_assembly.Conductor.Main is { IsFaulted: true, Exception: { } defect }) throw defect.InnerException ?? defect;
        return new ResultWriter(_cell, _assembly).Write(outcome, _files.All) with
        {
            Notes = [.. Notes(hasPassed)],
            Hash = _options.Hashes ? _executor.Hash().ToString() : null,
            HostSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
        };
    }

    public void Dispose()
    {
        _executor.Dispose();
        _assembly.Dispose();
        _outside.Dispose();
        _files.Dispose();
    }

    private RunOutcome Run(CancellationToken cancellation)
    {
        RunOutcome outcome;
        do
        {
            outcome = _executor.RunUntil(VirtualTime.Min(_executor.Now.After(SliceNanoseconds), Limit), cancellation);
            Interlocked.Exchange(ref _nowNanoseconds, outcome.Time.Nanoseconds);
            Volatile.Write(ref _links, _assembly.Totals(outcome.Time));
            _files.Collect(outcome.Time);
        }
        while (outcome.End == RunEnd.Reached && outcome.Time < Limit);

        return outcome;
    }

    private void KeepLastFrames()
    {
        foreach (NetworkPlan network in _cell.Networks)
        {
            var plan = new CapturePlan { Network = network.Name, File = "", BytesMax = Frame.LimitBytes };
            _assembly.Tap(_files.AddLastFrames(network.Name, _cell.EpochUnixSeconds), plan);
        }
    }

    private IEnumerable<string> Notes(bool hasPassed)
    {
        foreach (string note in _outside.Notes) yield return note;
        foreach (string note in _files.Notes) yield return note;
        if (!hasPassed && _cell.OnFailure.Contains(FailureAction.Shelve))
            yield return "The lab was not shelved: on_failure: shelve is not there yet.";
        if (_clock is { Lag.TotalSeconds: >= 1 } late)
            yield return $"The host was too slow for time: real: the lab fell {Figures.Time(late.Lag.Ticks * 100)} behind the clock.";
    }
}
