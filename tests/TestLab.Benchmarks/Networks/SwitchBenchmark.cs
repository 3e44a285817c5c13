using System.Diagnostics;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Benchmarks.Networks;

/// <summary>Frames a second through a switch: from the input port to the sink, by size and by way.</summary>
internal static class SwitchBenchmark
{
    private const int PortCount = 8;
    private const int FrameCount = 400_000;
    private const int Repetitions = 5;
    private const long GapNanoseconds = 1_000;

    public static void Run()
    {
        Console.WriteLine($"{"way",-12}{"frame",8}{"frames/s in",14}{"frames/s out",14}{"Gbit/s in",11}{"bytes/frame allocated",24}");
        foreach (int length in new[] { 60, 1_514 })
        {
            Measure("to one", length, isFlood: false);
            Measure("to all", length, isFlood: true);
        }
    }

    private static void Measure(string way, int length, bool isFlood)
    {
        var bench = new Bench(length, isFlood);
        bench.Run(FrameCount / 10);
        var seconds = new List<double>();
        long allocated = 0;
        ulong before = bench.Delivered;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            bench.Run(FrameCount);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
        }

        double delivered = (bench.Delivered - before) / (double)(Repetitions * FrameCount);
        if (delivered != (isFlood ? PortCount - 1 : 1)) throw new InvalidOperationException($"{delivered} frames out for one in.");
        seconds.Sort();
        double rate = FrameCount / seconds[Repetitions / 2];
        Console.WriteLine(
            $"{way,-12}{length,8}{rate,14:N0}{rate * delivered,14:N0}{rate * length * 8 / 1e9,11:F1}{allocated / (double)(Repetitions * FrameCount),24:F2}");
    }

    /// <summary>A segment whose stations send in turn to one another.</summary>
    private sealed class Bench : IFrameSink
    {
        private readonly Segment _segment = new("lan", new SegmentOptions { Switch = new SwitchOptions { FloodLimitPerMillisecond = int.MaxValue } });
        private readonly FramePool _pool = new();
        private readonly List<InputPort> _inputs = [];
        private readonly List<byte[]> _frames = [];
        private ulong _sequence;

        public Bench(int length, bool isFlood)
        {
            for (int index = 0; index < PortCount; index++)
            {
                _segment.Attach($"port{index}", out InputPort input).Sink = this;
                _inputs.Add(input);
                byte[] frame = new byte[length];
                HardwareAddress destination = isFlood ? HardwareAddress.Broadcast : Station((index + 1) % PortCount);
                EthernetPacket.WriteHeader(frame, destination, Station(index), EtherType.Ipv4);
                _frames.Add(frame);
            }
        }

        public ulong Delivered { get; private set; }

        public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => Delivered++;

        public void Run(int count)
        {
            for (int index = 0; index < count; index++)
            {
                int port = index % PortCount;
                VirtualTime arrival = _segment.Now.After(GapNanoseconds);
                _segment.Accept(_inputs[port], arrival, _sequence++, _pool.Rent(_frames[port]));
                _segment.Advance(arrival);
            }

            _segment.Advance(_segment.Now.After(VirtualTime.NanosecondsPerSecond));
        }

        private static HardwareAddress Station(int index) => new(0x0200_0000_0000UL + (ulong)index);
    }
}
