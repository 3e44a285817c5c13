using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Links;

public sealed class LinkCostTests
{
    [Test]
    public void AFrameCostsNoAllocation([Values] QueueKind kind)
    {
        var process = new Script();
        LinkSettings settings = LinkBench.Settings(100_000, 20) with
        {
            Queue = new QueueSettings { Kind = kind },
            Delay = DelaySettings.OfMilliseconds(20, 5),
            Loss = LossModel.RandomPercent(1),
            Duplicate = Chance.OfPercent(1),
            Corrupt = Chance.OfPercent(1),
        };
        var direction = new LinkDirection(process, new LinkPath("a"), LinkWay.Up, 1, settings);
        byte[] frame = TestFrames.Udp(1_000, 0);
        long time = 0;
        Send(20_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Send(20_000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        // Bursts of five, so that frames wait as well as pass.
        void Send(int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (i % 5 == 0) process.Advance(new VirtualTime(time += 450_000));
                direction.Send(process.Now, frame);
            }
        }
    }

    [Test]
    public void UtilisationIsTheShareOfTheRateAndStaysBounded()
    {
        // Half the rate for ten minutes.
        var process = new Script();
        var direction = new LinkDirection(process, new LinkPath("a"), LinkWay.Up, 1, LinkBench.Settings(100));
        byte[] frame = TestFrames.Udp(101, 0);
        void SendOne(VirtualTime now)
        {
            direction.Send(now, frame);
            process.At(now.After(20_000_000), SendOne);
        }

        process.At(0, SendOne);
        process.Advance(VirtualTime.FromSeconds(600));
        Assert.Multiple(() =>
        {
            Assert.That(direction.Utilisation.Steps.Length, Is.InRange(100, 256));
            long step = direction.Utilisation.StepNanoseconds;
            Assert.That(direction.Utilisation.Steps[..^1].ToArray().Select(part => (double)part.BusyNanoseconds / step),
                Is.All.EqualTo(0.5).Within(0.01));
            Assert.That(direction.Utilisation.Steps.ToArray().Sum(part => (long)part.Frames), Is.EqualTo(30_000));
        });
    }
}
