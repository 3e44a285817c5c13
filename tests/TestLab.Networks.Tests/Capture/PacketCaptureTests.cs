using System.Globalization;
using TestLab.Networks.Capture;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Tests.Links;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Capture;

public sealed class PacketCaptureTests
{
    private const string Everything = "frame";

    [Test]
    public void TimeStampsEqualTheLinksFormulaToTheNanosecond()
    {
        var sink = new MemorySink();
        var capture = new PacketCapture(sink, epochSeconds: 1_700_000_000);
        LinkBench bench = new LinkBench(LinkBench.Settings(999, 7)).Send(200, 333, 3_333_333);
        CaptureInterface card = capture.AddInterface("client/wan");
        bench.Direction.Attach(card.AddTap(CapturePoint.Sender, CaptureFlow.Outbound));
        bench.Direction.Attach(capture.AddInterface("server/wan").AddTap(CapturePoint.Receiver, CaptureFlow.Inbound));
        bench.Run(400_000_000);
        capture.Collect(new VirtualTime(400_000_000));
        bench.Run();
        capture.Finish(bench.Sender.Now);

        string[][] frames = Tshark.Read(
            sink.Content, Everything, "frame.time_epoch", "frame.interface_name", "frame.len", "udp.srcport", "ip.checksum.status", "udp.checksum.status");
        Assert.That(frames, Has.Length.EqualTo(400));
        var expected = new List<(long Time, string Name)>();
        for (long i = 0; i < 200; i++)
        {
            long sent = i * 3_333_333;
            // 357 bytes on the wire leave in less than the gap; the link is idle for each.
            expected.Add((sent, "client/wan"));
            expected.Add((sent + 357 * 8 * 1_000_000L / 999 + 7_000_000 + LinkSettings.DefaultPipelineNanoseconds, "server/wan"));
        }

        Assert.That(frames.Select(frame => (Nanoseconds(frame[0]), frame[1])), Is.EqualTo(expected.OrderBy(frame => frame.Time)));
        Assert.That(frames.Select(frame => string.Join(' ', frame[2..])), Is.All.EqualTo("333 4000 1 1"));
        Assert.That(Tshark.Read(sink.Content, "_ws.malformed || frame.time_delta < 0", "frame.number"), Is.Empty);
    }

    [Test]
    public void DropsAreNotedBeforeTheNextFrame()
    {
        byte[] content = Lossy(DropNotes.Count, out LinkBench bench);
        string[][] frames = Tshark.Read(content, Everything, "frame.time_epoch", "frame.drop_count", "frame.comment");
        Assert.That(frames, Has.Length.EqualTo(bench.Witness.Arrivals.Count));
        string[] comments = [.. frames.Select(frame => frame[2]).Where(comment => comment.Length > 0)];
        Assert.That(comments, Is.Not.Empty);
        int noted = comments.Sum(comment => comment.Split(' ').Sum(word => int.TryParse(word, out int count) ? count : 0));
        VirtualTime last = bench.Witness.Arrivals.Max(arrival => arrival.Time);
        Assert.That(noted, Is.EqualTo(bench.Witness.Drops.Count(drop => drop.Time <= last)));
        Assert.That(frames.Sum(frame => frame[1].Length == 0 ? 0 : int.Parse(frame[1], CultureInfo.InvariantCulture)), Is.EqualTo(noted));
        Assert.That(comments, Has.Some.Contain("Loss").And.Some.Contain("QueueFull"));
    }

    [Test]
    public void DroppedFramesCanBeShownWithTheirCause()
    {
        byte[] content = Lossy(DropNotes.Frames, out LinkBench bench);
        string[][] dropped = Tshark.Read(content, "frame.comment contains \"dropped: \"", "frame.time_epoch", "frame.comment");
        Assert.That(dropped.Select(frame => (Nanoseconds(frame[0], 0), frame[1])), Is.EqualTo(bench.Witness.Drops
            .OrderBy(drop => drop.Time.Nanoseconds).Select(drop => (drop.Time.Nanoseconds, $"dropped: {drop.Cause}"))));
    }

    [Test]
    public void FramesThatOvertakeAreWrittenInTheOrderOfArrival()
    {
        var sink = new MemorySink();
        var capture = new PacketCapture(sink);
        var jitter = new DelaySettings { PropagationNanoseconds = 20_000_000, JitterNanoseconds = 15_000_000, Mode = JitterMode.Independent };
        LinkBench bench = new LinkBench(LinkSettings.Default with { Delay = jitter }).Send(500, 60, 1_000_000);
        bench.Direction.Attach(capture.AddInterface("wan").AddTap(CapturePoint.Receiver, CaptureFlow.Inbound));
        for (long time = 50_000_000; time <= 600_000_000; time += 50_000_000)
        {
            bench.Run(time);
            capture.Collect(new VirtualTime(time));
        }

        capture.Finish(bench.Sender.Now);
        string[][] frames = Tshark.Read(sink.Content, Everything, "frame.time_epoch");
        Assert.That(frames.Select(frame => Nanoseconds(frame[0], 0)),
            Is.EqualTo(bench.Witness.Arrivals.Select(arrival => arrival.Time.Nanoseconds).Order()));
    }

    [Test]
    public void RecordsOfOneMomentAreInTheOrderOfTheTaps()
    {
        byte[] first = TwoTaps(isFirstTapRecordedFirst: true);
        Assert.That(TwoTaps(isFirstTapRecordedFirst: false), Is.EqualTo(first));
    }

    [Test]
    public void AFrameIsKeptUpToTheSnapLength()
    {
        var sink = new MemorySink();
        var capture = new PacketCapture(sink);
        capture.AddInterface("short", snapLengthBytes: 60).AddTap(CapturePoint.Receiver, CaptureFlow.Unknown)
            .Record(new VirtualTime(5), TestFrames.Udp(1_000, 1));
        capture.Finish(new VirtualTime(6));
        Assert.That(Tshark.Read(sink.Content, Everything, "frame.len", "frame.cap_len").Single(), Is.EqualTo(new[] { "1000", "60" }));
    }

    [Test]
    public void WhatNobodyCollectsIsBoundedAndCounted()
    {
        var sink = new MemorySink();
        var capture = new PacketCapture(sink);
        CaptureTap tap = capture.AddInterface("flood").AddTap(CapturePoint.Receiver, CaptureFlow.Unknown);
        byte[] frame = TestFrames.Udp(32_704, 1);
        int kept = (int)(CaptureTap.WaitingLimitBytes / (32_704 + 64));
        for (int i = 0; i < kept + 10; i++) tap.Record(new VirtualTime(i), frame);
        capture.Collect(new VirtualTime(10_000_000));
        tap.Record(new VirtualTime(20_000_000), frame);
        capture.Finish(new VirtualTime(30_000_000));
        string[][] frames = Tshark.Read(sink.Content, "frame.number >= " + kept, "frame.number", "frame.comment");
        Assert.That(frames, Has.Length.EqualTo(2));
        Assert.That(sink.Content, Has.Length.LessThan(CaptureTap.WaitingLimitBytes * 11 / 10));
        Assert.That(frames[0][1] + frames[1][1], Does.Contain("not captured 10"));
    }

    private static byte[] Lossy(DropNotes notes, out LinkBench bench)
    {
        var sink = new MemorySink();
        var capture = new PacketCapture(sink);
        LinkSettings settings = LinkBench.Settings(1_000, 5) with
        {
            Loss = LossModel.RandomPercent(10),
            Queue = QueueSettings.OfFrames(5),
        };
        bench = new LinkBench(settings).Send(300, 101, 800_000);
        CaptureInterface link = capture.AddInterface("wan", dropNotes: notes);
        bench.Direction.Attach(link.AddTap(CapturePoint.Receiver, CaptureFlow.Inbound));
        bench.Run();
        capture.Finish(bench.Sender.Now);
        return sink.Content;
    }

    private static byte[] TwoTaps(bool isFirstTapRecordedFirst)
    {
        var sink = new MemorySink();
        var capture = new PacketCapture(sink);
        CaptureTap[] taps = [.. new[] { "a", "b" }.Select(name =>
            capture.AddInterface(name).AddTap(CapturePoint.Receiver, CaptureFlow.Inbound))];
        foreach (int tap in isFirstTapRecordedFirst ? new[] { 0, 1 } : [1, 0])
            for (ulong i = 0; i < 20; i++) taps[tap].Record(new VirtualTime((long)i / 4), TestFrames.Udp(60, i));
        capture.Finish(new VirtualTime(100));
        return sink.Content;
    }

    private static long Nanoseconds(string seconds, long epoch = 1_700_000_000) =>
        (long)((decimal.Parse(seconds, CultureInfo.InvariantCulture) - epoch) * 1_000_000_000);
}
