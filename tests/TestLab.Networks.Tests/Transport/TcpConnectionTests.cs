using TestLab.Networks.Packets;
using TestLab.Networks.Transport;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Transport;

/// <summary>Segment by segment, with sequence numbers that wrap on the way.</summary>
public sealed class TcpConnectionTests
{
    private const TcpFlags Ack = TcpFlags.Acknowledge;
    private const TcpFlags SynAck = TcpFlags.Synchronize | TcpFlags.Acknowledge;
    private const uint First = TcpBench.PeerStart + 1;

    [Test]
    public void AHandshakeIsRepeatedUntilItIsAnswered()
    {
        var bench = new TcpBench();
        bench.Say(TcpFlags.Synchronize, TcpBench.PeerStart);
        bench.Pass(3_500);
        var segments = bench.Take();
        Assert.That(segments.Select(segment => segment.Time.Nanoseconds / 1_000_000), Is.EqualTo(new[] { 0, 1_000, 3_000 }));
        Assert.That(segments, Has.All.Matches<(VirtualTime, TcpFlags Flags, uint, uint Acknowledgment, int, byte[])>(
            segment => segment is { Flags: SynAck, Acknowledgment: First }));
        bench.Pass(100_000_000);
        Assert.That(bench.Happened, Is.EqualTo(new[] { "broken" }));
        Assert.That(bench.Endpoint.Count, Is.Zero);
    }

    [Test]
    public void WhoIsNotWelcomeIsRefused()
    {
        var bench = new TcpBench { Welcomes = false };
        bench.Say(TcpFlags.Synchronize, TcpBench.PeerStart);
        var refusal = bench.Take().Single();
        Assert.That((refusal.Flags, refusal.Sequence, refusal.Acknowledgment), Is.EqualTo((TcpFlags.Reset | Ack, 0u, First)));
        Assert.That(bench.Endpoint.Count, Is.Zero);
    }

    [Test]
    public void ASegmentOfNoConnectionIsReset()
    {
        var bench = new TcpBench();
        bench.Say(Ack, 5, 77, [1]);
        var reset = bench.Take().Single();
        Assert.That((reset.Flags, reset.Sequence), Is.EqualTo((TcpFlags.Reset, 77u)));
    }

    [Test]
    public void ContentIsDeliveredInOrderWhateverTheOrderOfItsSegments()
    {
        var bench = new TcpBench();
        bench.Establish();
        bench.Say(Ack, First + 2, bench.Start + 1, [3, 4]);
        bench.Say(Ack, First + 4, bench.Start + 1, [5]);
        Assert.That(bench.Heard, Is.Empty);
        Assert.That(bench.Take().Select(segment => segment.Acknowledgment), Has.All.EqualTo(First), "Duplicates tell of the hole.");
        bench.Say(Ack, First, bench.Start + 1, [1, 2, 3]);
        Assert.That(bench.Heard, Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
        Assert.That(bench.Take().Last().Acknowledgment, Is.EqualTo(First + 5));
        bench.Say(Ack, First, bench.Start + 1, [9, 9, 9]);
        Assert.That(bench.Heard, Has.Count.EqualTo(5), "What is known is only acknowledged.");
        Assert.That(bench.Take().Single().Acknowledgment, Is.EqualTo(First + 5));
    }

    [Test]
    public void SequenceNumbersWrap()
    {
        var bench = new TcpBench();
        bench.Establish();
        uint next = First;
        for (int index = 0; index < 10; index++)
        {
            bench.Say(Ack, next, bench.Start + 1, new byte[100]);
            next += 100;
        }

        Assert.That(next, Is.LessThan(First));
        Assert.That(bench.Heard, Has.Count.EqualTo(1_000));
    }

    [Test]
    public void TheWindowClosesAndIsOpenedAgainWorthily()
    {
        var bench = new TcpBench();
        TcpConnection connection = bench.Establish();
        uint next = First;
        for (int index = 0; index < 80; index++)
        {
            bench.Say(Ack, next, bench.Start + 1, new byte[1_000]);
            var answer = bench.Take().Last();
            next = answer.Acknowledgment;
            Assert.That(answer.Window, Is.LessThanOrEqualTo(TcpConnection.ReceiveLimitBytes - bench.Heard.Count));
        }

        Assert.That(bench.Heard, Has.Count.EqualTo(80_000), "Without scaling, the window stays at its 65,535.");
        for (int index = 0; index < 250; index++) bench.Say(Ack, First + (uint)bench.Heard.Count, bench.Start + 1, new byte[1_000]);
        Assert.That(bench.Heard, Has.Count.EqualTo(TcpConnection.ReceiveLimitBytes));
        Assert.That(bench.Take().Last().Window, Is.Zero);
        connection.Consume(bench.Now, 1_000);
        Assert.That(bench.Take(), Is.Empty, "A crumb is not announced.");
        connection.Consume(bench.Now, 1_000);
        Assert.That(bench.Take().Single().Window, Is.EqualTo(2_000));
    }

    [Test]
    public void WhatIsNotAcknowledgedIsSentAgainEachTimeLater()
    {
        var bench = new TcpBench();
        bench.Establish().Write(bench.Now, [1, 2, 3]);
        bench.Pass(7_500);
        var segments = bench.Take();
        Assert.That(segments.Select(segment => segment.Time.Nanoseconds / 1_000_000), Is.EqualTo(new[] { 0, 1_000, 3_000, 7_000 }));
        Assert.That(segments, Has.All.Matches<(VirtualTime, TcpFlags, uint Sequence, uint, int, byte[] Content)>(
            segment => segment.Sequence == bench.Start + 1 && segment.Content.Length == 3));
        bench.Say(Ack, First, bench.Start + 4);
        Assert.That(bench.Happened, Is.EqualTo(new[] { "acknowledged 3" }));
        bench.Pass(60_000);
        Assert.That(bench.Take(), Is.Empty);
    }

    [Test]
    public void ThreeDuplicatesBringTheLostSegmentBackAtOnce()
    {
        var bench = new TcpBench();
        bench.Establish().Write(bench.Now, new byte[8_000]);
        var sent = bench.Take();
        Assert.That(sent.Select(segment => segment.Content.Length), Is.EqualTo(Enumerable.Repeat(1_000, 8)), "The peer's limit holds.");
        bench.Pass(10);
        for (int duplicate = 0; duplicate < 3; duplicate++)
        {
            Assert.That(bench.Take(), Is.Empty);
            bench.Say(Ack, First, bench.Start + 1);
        }

        Assert.That(bench.Take().Single().Sequence, Is.EqualTo(bench.Start + 1));
        bench.Say(Ack, First, bench.Start + 3_001);
        Assert.That(bench.Take().Single().Sequence, Is.EqualTo(bench.Start + 3_001), "Another one was lost: the next hole.");
        bench.Say(Ack, First, bench.Start + 8_001);
        Assert.That(bench.Take(), Is.Empty);
    }

    [Test]
    public void AClosedWindowIsProbedByteByByteUntilItOpens()
    {
        var bench = new TcpBench();
        TcpConnection connection = bench.Establish();
        bench.Say(Ack, First, bench.Start + 1, window: 0);
        connection.Write(bench.Now, new byte[500]);
        Assert.That(bench.Take(), Is.Empty);
        bench.Pass(1_100);
        Assert.That(bench.Take().Single().Content, Has.Length.EqualTo(1));
        bench.Say(Ack, First, bench.Start + 1, window: 0);
        bench.Pass(2_000);
        Assert.That(bench.Take().Single().Content, Has.Length.EqualTo(1));
        bench.Say(Ack, First, bench.Start + 2, window: 1_000);
        Assert.That(bench.Take().Single().Content, Has.Length.EqualTo(499));
    }

    [Test]
    public void ThePeersWindowIsNotExceededScaledOrNot()
    {
        var bench = new TcpBench();
        TcpConnection connection = bench.Establish(scaled: true);
        bench.Say(Ack, First, bench.Start + 1, window: 700);
        connection.Write(bench.Now, new byte[5_000]);
        Assert.That(bench.Take().Sum(segment => segment.Content.Length), Is.EqualTo(2_800 / 1_000 * 1_000), "Whole segments within 4 x 700.");
    }

    [Test]
    public void EachDirectionEndsByItself()
    {
        var bench = new TcpBench();
        TcpConnection connection = bench.Establish();
        bench.Say(Ack | TcpFlags.Finish, First, bench.Start + 1, [1]);
        Assert.That(bench.Happened, Is.EqualTo(new[] { "finished" }));
        Assert.That(bench.Take().Last().Acknowledgment, Is.EqualTo(First + 2));
        connection.Write(bench.Now, [5, 6]);
        connection.Finish(bench.Now);
        var segments = bench.Take();
        Assert.That(segments.Select(segment => segment.Flags), Is.EqualTo(new[] { Ack | TcpFlags.Push, Ack | TcpFlags.Finish }));
        bench.Say(Ack, First + 2, bench.Start + 4);
        Assert.That(connection.Phase, Is.EqualTo(TcpPhase.Lingering));
        bench.Say(Ack | TcpFlags.Finish, First + 1, bench.Start + 4);
        Assert.That(bench.Take().Single().Acknowledgment, Is.EqualTo(First + 2), "A late copy is still answered.");
        bench.Pass(11_000);
        Assert.That(bench.Endpoint.Count, Is.Zero);
    }

    [Test]
    public void AResetMustNameTheNextByte()
    {
        var bench = new TcpBench();
        bench.Establish();
        bench.Say(TcpFlags.Reset, First + 1);
        bench.Say(TcpFlags.Reset, First - 1);
        Assert.That(bench.Happened, Is.Empty);
        bench.Say(TcpFlags.Reset, First);
        Assert.That(bench.Happened, Is.EqualTo(new[] { "broken" }));
        Assert.That(bench.Endpoint.Count, Is.Zero);
    }

    [Test]
    public void APeerThatStartsAnewUsesItsPortAgain()
    {
        var bench = new TcpBench();
        TcpConnection connection = bench.Establish();
        connection.Finish(bench.Now);
        bench.Say(Ack | TcpFlags.Finish, First, bench.Start + 2);
        Assert.That(connection.Phase, Is.EqualTo(TcpPhase.Lingering));
        bench.Take();
        bench.Say(TcpFlags.Synchronize, 5_000);
        Assert.That(bench.Take().Single().Acknowledgment, Is.EqualTo(5_001));
    }

    [Test]
    public void WhatComesTooEarlyIsKeptWithinLimits()
    {
        var bench = new TcpBench();
        TcpConnection connection = bench.Establish();
        for (uint index = 0; index < 1_000; index++) bench.Say(Ack, First + 2 + 50 * index, bench.Start + 1, new byte[1_400]);
        Assert.That(connection.Save().Ahead, Has.Length.LessThanOrEqualTo(TcpConnection.EarlyLimit));
        Assert.That(connection.Save().Ahead.Sum(early => early.Content.Length), Is.LessThanOrEqualTo(TcpConnection.ReceiveLimitBytes));
    }

    [Test]
    public void AnAcknowledgmentOfWhatWasNeverSentIsNotBelieved()
    {
        var bench = new TcpBench();
        bench.Establish().Write(bench.Now, [1, 2, 3]);
        bench.Say(Ack, First, bench.Start + 1_000);
        Assert.That(bench.Happened, Is.Empty);
    }
}
