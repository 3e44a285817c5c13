using System.Diagnostics;
using TestLab.Simulation;
using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Benchmarks.Windows;

/// <summary>What synchronisation costs: a star of processes around one that joins them, as machines on a segment.</summary>
internal static class WindowBenchmark
{
    private static readonly (string Name, long Nanoseconds)[] Lookaheads =
        [("20 us", 20_000), ("1 ms", 1_000_000), ("50 ms", 50_000_000)];

    public static void Run()
    {
        Console.WriteLine("Windows: processes that act once in a lookahead and send nothing; so all is synchronisation.");
        Console.WriteLine($"{"lookahead",-10}{"processes",10}{"threads",9}{"windows",11}{"ns/window",11}{"CPU ns",9}{"virtual/real",14}{"parks",9}");
        foreach ((string name, long lookahead) in Lookaheads)
            foreach (int leaves in (int[])[2, 10, 50])
                foreach (int threads in (int[])[1, 2]) Measure(name, lookahead, leaves, threads);
        Console.WriteLine();
        Console.WriteLine("Events: ten processes that act once in a microsecond, every tenth time with a frame to the centre.");
        Console.WriteLine($"{"lookahead",-10}{"threads",9}{"events/s",14}{"frames/s",14}{"CPU ns/event",14}");
        foreach ((string name, long lookahead) in Lookaheads)
            foreach (int threads in (int[])[1, 2]) MeasureEvents(name, lookahead, threads);
    }

    private static void Measure(string name, long lookahead, int leaves, int threads)
    {
        using var executor = new Executor(new ExecutorOptions { ThreadCount = threads });
        Star(executor, lookahead, leaves, lookahead, framePeriod: 0);
        long rounds = 400_000 / leaves;
        executor.RunUntil(new VirtualTime(rounds / 10 * lookahead));
        (long windows, long parks) = (executor.Statistics.WindowCount, executor.Statistics.ParkCount);
        long virtualNanoseconds = rounds * lookahead;
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        executor.RunUntil(executor.Now.After(virtualNanoseconds));
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        windows = executor.Statistics.WindowCount - windows;
        Console.WriteLine($"{name,-10}{leaves + 1,10}{threads,9}{windows,11}{nanoseconds / windows,11:F0}{cpu.TotalNanoseconds / windows,9:F0}"
            + $"{virtualNanoseconds / nanoseconds,14:F1}{executor.Statistics.ParkCount - parks,9}");
    }

    private static void MeasureEvents(string name, long lookahead, int threads)
    {
        using var executor = new Executor(new ExecutorOptions { ThreadCount = threads });
        BusyProcess[] processes = Star(executor, lookahead, leaves: 10, periodNanoseconds: 1_000, framePeriod: 10);
        executor.RunUntil(VirtualTime.FromMilliseconds(50));
        long before = Events(processes);
        long framesBefore = processes.Sum(process => process.FrameCount);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        executor.RunUntil(VirtualTime.FromMilliseconds(550));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        long events = Events(processes) - before;
        Console.WriteLine($"{name,-10}{threads,9}{events / seconds,14:N0}"
            + $"{(processes.Sum(process => process.FrameCount) - framesBefore) / seconds,14:N0}{cpu.TotalNanoseconds / events,14:F0}");
    }

    private static long Events(BusyProcess[] processes) => processes.Sum(process => process.ActionCount + process.FrameCount);

    private static BusyProcess[] Star(Executor executor, long lookahead, int leaves, long periodNanoseconds, int framePeriod)
    {
        var centre = new BusyProcess("centre", periodNanoseconds, framePeriod: 0);
        List<BusyProcess> processes = [centre];
        for (int index = 0; index < leaves; index++)
        {
            var leaf = new BusyProcess($"leaf{index}", periodNanoseconds, framePeriod);
            Join(leaf, centre, lookahead);
            Join(centre, leaf, lookahead);
            processes.Add(leaf);
        }

        foreach (BusyProcess process in processes) executor.Add(process);
        return [.. processes];
    }

    private static void Join(BusyProcess from, BusyProcess to, long lookahead)
    {
        to.AddInput();
        OutputPort port = from.AddOutput($"to {to.Name}", lookahead);
        port.Connect(to.Inputs[^1]);
    }
}
