using System.Diagnostics;
using TestLab.Machines;
using TestLab.Machines.Devices.Network;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Benchmarks.Networks;

/// <summary>Frames a second through the virtio network card, the guest's driver being a few writes into its rings.</summary>
internal static class CardBenchmark
{
    private const int Rounds = 2_000;
    private const int LargeRounds = 50;
    private const int FrameBytes = 1_514;
    private const int SegmentBytes = 1_448;
    private const int LargeBytes = 54 + 44 * SegmentBytes;

    public static void Run()
    {
        Console.WriteLine($"{"path",-44}{"frames/s",14}{"MB/s",10}{"bytes allocated",17}");
        Measure("received, checksum verified", driver => driver.Receive(TcpFrame(FrameBytes)), Rounds);
        Measure("sent, checksum completed", driver => driver.Send(TcpFrame(FrameBytes), kind: 0, SegmentBytes), Rounds);
        Measure("sent as segments of 64 KiB, cut by the card",
            driver => driver.Send(TcpFrame(LargeBytes), kind: 1, SegmentBytes), LargeRounds);
    }

    private static void Measure(string path, Action<RingDriver> prepare, int rounds)
    {
        var cable = new Counter();
        var card = new NetworkCard(new MacAddress(0x0200_0000_0001), cable);
        using var machine = new PersonalComputer(new MachineOptions { Networks = [card] });
        var driver = new RingDriver(machine);
        prepare(driver);
        for (int round = 0; round < rounds / 10; round++) driver.Go();
        ulong frames = Frames(machine);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < rounds; round++) driver.Go();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        ulong count = Frames(machine) - frames;
        Console.WriteLine($"{path,-44}{count / seconds,14:N0}{count * (double)FrameBytes / seconds / 1e6,10:F0}{allocated,17:N0}");
    }

    private static ulong Frames(PersonalComputer machine) =>
        machine.Networks[0].Statistics.SentFrames + machine.Networks[0].Statistics.ReceivedFrames;

    /// <summary>IPv4 and TCP without options; the checksum is right only by chance, which costs the same.</summary>
    private static byte[] TcpFrame(int length)
    {
        byte[] frame = new byte[length];
        (frame[12], frame[14], frame[16], frame[17], frame[22], frame[23], frame[46]) =
            (8, 0x45, (byte)((length - 14) >> 8), (byte)(length - 14), 64, 6, 0x50);
        return frame;
    }

    private sealed class Counter : IFrameSink
    {
        public long Bytes { get; private set; }

        public void Send(VirtualTime now, ReadOnlySpan<byte> frame) => Bytes += frame.Length;
    }
}
