using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TestLab.Networks.Tests.Outside;

/// <summary>A thread with network devices, addresses and routes of its own, where the host allows it.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int NewNetwork = 0x4000_0000;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public NetworkNamespace()
    {
        _thread = new Thread(Work) { IsBackground = true };
        _thread.Start();
        IsOwn = Invoke(() => Unshare(NewNetwork) == 0);
    }

    /// <summary>Whether the thread has a network of its own; else it has the host's.</summary>
    public bool IsOwn { get; }

    /// <summary>Runs on the thread; sockets that it makes, and programs that it starts, are of its network.</summary>
    public T Invoke<T>(Func<T> action)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        _work.Add(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception thrown) when (thrown is not OutOfMemoryException)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result ?? throw new InvalidOperationException("There is no result.");
    }

    public void Ip(string arguments) => Invoke(() =>
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("ip does not start.");
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"ip {arguments}: {errors}");
        return true;
    });

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work()
    {
        foreach (Action action in _work.GetConsumingEnumerable()) action();
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
