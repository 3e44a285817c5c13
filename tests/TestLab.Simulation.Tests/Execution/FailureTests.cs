using System.Diagnostics;
using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>A process that throws ends its run and nothing else.</summary>
public sealed class FailureTests
{
    [Test]
    public void TheErrorNamesTheProcessAndItsTimeOnAnyNumberOfThreads([Values(1, 2, 7)] int threads, [Range(1, 4)] int round)
    {
        var chaos = new Chaos(100 * threads + round);
        using var lab = new ModelLab(3, new ExecutorOptions { ThreadCount = threads, Interference = chaos });
        // Both fail; the one that is first in virtual time is reported, whoever came first on the host.
        FailAtBeat(lab.Processes[4], 30);
        FailAtBeat(lab.Processes[31], 30);
        ProcessFailedException error = FailureOf(lab);
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Is.EqualTo(Expected.Value), chaos.ToString());
            Assert.That(error.InnerException, Is.TypeOf<NotSupportedException>());
            Assert.That(lab.Processes.Where(process => process.Name != error.ProcessName),
                Has.All.Matches<ModelProcess>(process => process.Now >= error.Time && process.NextAction >= error.Time));
        });
    }

    private static ProcessFailedException FailureOf(ModelLab lab)
    {
        try
        {
            lab.RunUntil(100_000);
        }
        catch (ProcessFailedException failure)
        {
            return failure;
        }

        throw new AssertionException("The run has not failed.");
    }

    [Test]
    public void AFailedSimulationDoesNotGoOn()
    {
        using var lab = new ModelLab(3);
        FailAtBeat(lab.Processes[0], 2);
        Assert.Throws<ProcessFailedException>(() => lab.RunUntil(100_000));
        Assert.That(() => lab.RunUntil(200_000), Throws.InvalidOperationException.With.InnerException.TypeOf<ProcessFailedException>());
        Assert.That(() => lab.Executor.Save(Stream.Null), Throws.InvalidOperationException);
    }

    [Test]
    public void AProcessThatLeavesSomethingUndoneHasFailed()
    {
        using var executor = new Executor();
        executor.Add(new Idler());
        Assert.That(
            () => executor.RunUntil(new VirtualTime(10)),
            Throws.TypeOf<ProcessFailedException>().With.Message.StartsWith("idler failed at"));
    }

    [Test]
    public void NoThreadIsLeftBehind()
    {
        int before = ThreadCount();
        for (int round = 0; round < 20; round++)
        {
            using var lab = new ModelLab(3, new ExecutorOptions { ThreadCount = 7 });
            if (round % 2 == 0) FailAtBeat(lab.Processes[round], 3);
            try
            {
                lab.RunUntil(1_000);
            }
            catch (ProcessFailedException) when (round % 2 == 0)
            {
                Assert.That(ThreadCount(), Is.GreaterThanOrEqualTo(6));
            }
        }

        // A hundred and twenty threads came and went; a few of the test runner's own may come beside.
        Assert.That(ThreadCount(), Is.LessThan(before + 12));
    }

    [Test]
    public void ADisposedExecutorSaysSo()
    {
        var executor = new Executor(new ExecutorOptions { ThreadCount = 2 });
        executor.Dispose();
        executor.Dispose();
        Assert.That(() => executor.RunUntil(new VirtualTime(1)), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void NobodyRunsASimulationFromInside()
    {
        using var executor = new Executor();
        executor.Add(new Beater("nosy", (_, now) => executor.RunUntil(now.After(1)), 5));
        Assert.That(() => executor.RunUntil(new VirtualTime(10)),
            Throws.InstanceOf<ProcessFailedException>().With.InnerException.InstanceOf<InvalidOperationException>());
    }

    private static readonly Lazy<string> Expected = new(() =>
    {
        using var lab = new ModelLab(3);
        FailAtBeat(lab.Processes[4], 30);
        FailAtBeat(lab.Processes[31], 30);
        return Assert.Throws<ProcessFailedException>(() => lab.RunUntil(100_000)).Message;
    });

    private static void FailAtBeat(ModelProcess process, int beat)
    {
        int beats = 0;
        process.Acting = process =>
        {
            if (++beats == beat) throw new NotSupportedException("broken on purpose");
        };
    }

    private static int ThreadCount()
    {
        using Process process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }
}
