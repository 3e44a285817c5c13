using System.Diagnostics;
using TestLab.Cluster.Cells;
using TestLab.Simulation;

namespace TestLab.Cluster.Tests.Cells;

public sealed class WallPaceTests
{
    [Test]
    public void ALabThatIsAheadWaitsAndACancelledOneDoesNot()
    {
        var pace = new WallPace();
        var watch = Stopwatch.StartNew();
        pace.Await(VirtualTime.Zero, CancellationToken.None);
        VirtualTime next = pace.Await(VirtualTime.Zero.After(50_000_000), CancellationToken.None);
        Assert.That(watch.ElapsedMilliseconds, Is.GreaterThanOrEqualTo(49));
        Assert.That(next.Nanoseconds, Is.GreaterThan(50_000_000));
        watch.Restart();
        pace.Await(VirtualTime.FromSeconds(3600), new CancellationToken(canceled: true));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }
}
