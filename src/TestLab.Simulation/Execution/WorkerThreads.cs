using System.Runtime.ExceptionServices;

namespace TestLab.Simulation.Execution;

/// <summary>The threads of an executor: parked between runs, gone when it is disposed.</summary>
/// <remarks>The only place of the simulation that makes threads; no process sees which of them runs it.</remarks>
internal sealed class WorkerThreads : IDisposable
{
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private Action? _work;
    private int _generation;
    private int _busyCount;
    private bool _isDisposed;
    private ExceptionDispatchInfo? _defect;

    /// <param name="count">Threads beside the caller's.</param>
    public WorkerThreads(int count)
    {
        _threads = new Thread[count];
        for (int index = 0; index < count; index++)
        {
            _threads[index] = new Thread(Serve) { IsBackground = true, Name = $"simulation {index + 1}" };
            _threads[index].Start();
        }
    }

    /// <summary>Does the work on all threads and the caller's, and returns when each has come back from it.</summary>
    public void Run(Action work)
    {
        lock (_gate)
        {
            _work = work;
            _generation++;
            _busyCount = _threads.Length;
            Monitor.PulseAll(_gate);
        }

        Do(work);
        lock (_gate)
        {
            while (_busyCount > 0) Monitor.Wait(_gate);
            ExceptionDispatchInfo? defect = _defect;
            _defect = null;
            defect?.Throw();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads) thread.Join();
    }

    private void Serve()
    {
        int served = 0;
        while (true)
        {
            Action? work;
            lock (_gate)
            {
                while (_generation == served && !_isDisposed) Monitor.Wait(_gate);
                if (_isDisposed) return;
                served = _generation;
                work = _work;
            }

            if (work is not null) Do(work);
            lock (_gate)
            {
                if (--_busyCount == 0) Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>A defect of the schedule itself reaches whoever started the run, not the host's last resort.</summary>
    private void Do(Action work)
    {
        try
        {
            work();
        }
        catch (Exception defect)
        {
            lock (_gate) _defect ??= ExceptionDispatchInfo.Capture(defect);
        }
    }
}
