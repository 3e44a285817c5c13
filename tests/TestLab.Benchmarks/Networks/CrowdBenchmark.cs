using System.Diagnostics;
using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Hosts;
using TestLab.Networks.Links;
using TestLab.Networks.Segments;
using TestLab.Processor.Memory;
using TestLab.Simulation.Execution;

namespace TestLab.Benchmarks.Networks;

/// <summary>Fifty guests on one switch, forks of one that has booted, that ping each other.</summary>
internal static class CrowdBenchmark
{
    private const int Count = 50;
    private const int Echoes = 20;

    public static void Run()
    {
        Console.WriteLine($"{"threads",8}{"guests",8}{"fork ms",10}{"host s",9}{"virtual s",11}{"Minstr",9}"
            + $"{"own MiB a guest",17}{"windows",10}");
        foreach (int threads in (int[])[1, 2]) Measure(threads);
    }

    private static void Measure(int threads)
    {
        using var lab = new GuestLab(new ExecutorOptions { ThreadCount = threads });
        long start = Stopwatch.GetTimestamp();
        Segment segment = lab.AddSegment("hall", "10.4.0.0/24", new DnsZone());
        for (int number = 1; number <= Count; number++)
            lab.Join(lab.Add($"guest{number}"), 0, segment, DuplexSettings.Same(LinkSettings.Default));
        double fork = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        lab.Execute([.. lab.Guests.Select((guest, index) => (guest, GuestLab.Configure(index + 1, 0, $"10.4.0.{index + 1}/24")))]);

        (ulong instructions, Simulation.VirtualTime now) = (Executed(lab), lab.Now);
        start = Stopwatch.GetTimestamp();
        lab.Execute([.. lab.Guests.Select((guest, index) => (guest, $"ping -q -c {Echoes} -i 0.1 10.4.0.{(index + 1) % Count + 1}"))]);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double pages = lab.Guests.Average(guest => guest.Process.Machine.Memory.PrivatePageCount);
        Console.WriteLine($"{threads,8}{Count,8}{fork,10:F0}{seconds,9:F2}{lab.Now.Since(now) / 1e9,11:F2}"
            + $"{(Executed(lab) - instructions) / 1e6,9:F0}{pages * GuestMemory.PageSize / 1048576,17:F1}{lab.Executor.Statistics.WindowCount,10:N0}");
    }

    private static ulong Executed(GuestLab lab) => lab.Guests.Aggregate(0UL, (sum, guest) =>
        sum + guest.Process.Machine.Clock - guest.Process.Machine.Statistics.IdleTicks);
}
