using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Frames go from one thread to another whole and in order.</summary>
public sealed class FrameQueueTests
{
    [Test, CancelAfter(60_000)]
    public async Task OneThreadSendsAndAnotherReceives(CancellationToken timeout)
    {
        const ulong Count = 300_000;
        var queue = new FrameQueue();
        var pool = new FramePool();
        Task sender = Task.Run(() =>
        {
            for (ulong number = 0; number < Count; number++)
                queue.Enqueue(new FrameEntry(new VirtualTime((long)number), number, pool.Rent(BitConverter.GetBytes(number))));
        }, timeout);
        ulong expected = 0;
        while (expected < Count && !timeout.IsCancellationRequested)
        {
            if (!queue.TryDequeue(out FrameEntry entry))
            {
                Thread.Yield();
                continue;
            }

            if (entry.Sequence != expected || BitConverter.ToUInt64(entry.Frame.Content) != expected || entry.Arrival.Nanoseconds != (long)expected)
                Assert.Fail($"frame {expected} came as {entry.Sequence}");
            entry.Frame.Release();
            expected++;
        }

        await sender;
        Assert.That(expected, Is.EqualTo(Count));
        Assert.That(queue.TryDequeue(out _), Is.False);
    }

    /// <summary>The values are in recorded runs; they do not change.</summary>
    [Test]
    public void TheDigestOfFramesIsFixed()
    {
        FrameDigest digest = default(FrameDigest).With(new VirtualTime(5), "abc"u8).With(new VirtualTime(7), new byte[40]);
        Assert.That($"{digest.Hash.Low:x32}", Is.EqualTo("9bd2c368b57e117e66b37470c0da6144"));
        FrameDigest other = default(FrameDigest).With(new VirtualTime(5), "abd"u8).With(new VirtualTime(7), new byte[40]);
        Assert.That(other, Is.Not.EqualTo(digest));
        Assert.That(default(FrameDigest).With(default, new byte[1]), Is.Not.EqualTo(default(FrameDigest).With(default, new byte[2])));
    }
}
