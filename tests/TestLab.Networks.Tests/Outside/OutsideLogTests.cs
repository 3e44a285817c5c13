using TestLab.Networks.Outside;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Outside;

public sealed class OutsideLogTests
{
    private static readonly OutsideMessage Request = new(OutsideMessageKind.SendStream, 5) { Content = new byte[] { 1, 2, 3 } };
    private static readonly OutsideMessage Event = new(OutsideMessageKind.Received, 5)
    {
        Endpoint = NatLab.Endpoint("203.0.113.7", 80),
        Number = -7,
        Content = new byte[] { 4, 5 },
    };

    [Test]
    public void WhatIsWrittenIsRead()
    {
        var reader = new OutsideLogReader(new MemoryStream(Written()));
        Assert.That(reader.Name, Is.EqualTo("lab/wan"));
        OutsideLogEntry? request = reader.Peek();
        Assert.That((request?.Time, request?.IsRequest, request?.Message.Flow), Is.EqualTo((new VirtualTime(10), true, 5UL)));
        Assert.That(request?.Message.Content.Length, Is.EqualTo(8), "Of a request, a digest is kept.");
        reader.Skip();
        OutsideMessage? message = reader.Peek()?.Message;
        Assert.That((message?.Kind, message?.Endpoint, message?.Number), Is.EqualTo((Event.Kind, Event.Endpoint, -7L)));
        Assert.That(message?.Content.ToArray(), Is.EqualTo(Event.Content.ToArray()));
        reader.Skip();
        Assert.That(reader.Peek(), Is.Null);
        Assert.That(reader.IsTorn, Is.False);
    }

    [Test]
    public void ATornTailLosesNothingBeforeIt()
    {
        byte[] whole = Written();
        int second = SecondEntry(whole);
        for (int length = second + 1; length < whole.Length; length++)
        {
            var reader = new OutsideLogReader(new MemoryStream(whole[..length]));
            reader.Skip();
            Assert.That(reader.Peek(), Is.Null);
            Assert.That(reader.IsTorn, Is.True, $"cut at {length}");
        }
    }

    [Test]
    public void AWrongByteIsFoundWhereverItIs()
    {
        byte[] whole = Written();
        int second = SecondEntry(whole);
        for (int index = 0; index < whole.Length; index++)
        {
            byte[] damaged = [.. whole];
            damaged[index] ^= 0x10;
            // What is wrong at the end may be half written; a wrong length may look as if the end was missing.
            (int good, bool isNoticed) = ReadAll(damaged);
            Assert.That(isNoticed, Is.True, $"byte {index}");
            Assert.That(good, Is.EqualTo(index < second ? 0 : 1), $"byte {index}");
        }
    }

    [Test]
    public void EntriesCannotBeLeftOutOrMoved()
    {
        var stream = new MemoryStream();
        var writer = new OutsideLogWriter(stream, "lab/wan");
        int start = (int)stream.Length;
        for (int entry = 0; entry < 3; entry++) writer.Write(new VirtualTime(entry), false, Event);
        byte[] whole = stream.ToArray();
        int length = (whole.Length - start) / 3;
        byte[] without = [.. whole[..(start + length)], .. whole[(start + 2 * length)..]];
        var reader = new OutsideLogReader(new MemoryStream([.. without, .. new byte[1]]));
        reader.Skip();
        Assert.That(() => reader.Peek(), Throws.TypeOf<OutsideLogException>());
    }

    [Test]
    public void ForeignFilesAndLogsAreRefused()
    {
        byte[] newer = Written();
        newer[8] = 2;
        Assert.That(() => new OutsideLogReader(new MemoryStream(new byte[100])), Throws.TypeOf<OutsideLogException>());
        Assert.That(() => new OutsideLogReader(new MemoryStream()), Throws.TypeOf<OutsideLogException>());
        Assert.That(() => new OutsideLogReader(new MemoryStream(newer)),
            Throws.TypeOf<OutsideLogException>().With.Message.Contains("version 2"));
        Assert.That(() => new ReplayingOutside(new OutsideLogReader(new MemoryStream(Written())), "other"),
            Throws.TypeOf<OutsideLogException>().With.Message.Contains("lab/wan"));
    }

    [Test]
    public void AReplaySaysTheSameAtTheSameMoments()
    {
        var replay = new ReplayingOutside(new OutsideLogReader(new MemoryStream(Written())), "lab/wan");
        Assert.That(replay.TryReceive(new VirtualTime(9), false), Is.Null);
        replay.Request(new VirtualTime(10), Request);
        Assert.That(replay.TryReceive(new VirtualTime(19), false), Is.Null);
        Assert.That(replay.TryReceive(new VirtualTime(20), false)?.Content.ToArray(), Is.EqualTo(new byte[] { 4, 5 }));
        Assert.That(replay.TryReceive(new VirtualTime(20), false), Is.Null);
        replay.Request(new VirtualTime(99), Request);
    }

    [Test]
    public void AReplayFromASnapshotStartsThere()
    {
        var replay = new ReplayingOutside(new OutsideLogReader(new MemoryStream(Written())), "lab/wan");
        replay.SkipTo(new VirtualTime(15));
        Assert.That(replay.TryReceive(new VirtualTime(20), false), Is.Not.Null);
    }

    [Test]
    public void AnotherQuestionThanTheRecordedOneIsNoticed()
    {
        Assert.That(() => Start().Request(new VirtualTime(11), Request), Throws.TypeOf<OutsideLogException>());
        Assert.That(() => Start().Request(new VirtualTime(10), Request with { Flow = 6 }), Throws.TypeOf<OutsideLogException>());
        Assert.That(() => Start().Request(new VirtualTime(10), Request with { Content = new byte[] { 1, 2, 4 } }),
            Throws.TypeOf<OutsideLogException>());
        Assert.That(() => Start().TryReceive(new VirtualTime(12), false), Throws.TypeOf<OutsideLogException>());

        static ReplayingOutside Start() => new(new OutsideLogReader(new MemoryStream(Written())), "lab/wan");
    }

    private static byte[] Written()
    {
        var stream = new MemoryStream();
        var writer = new OutsideLogWriter(stream, "lab/wan");
        writer.Write(new VirtualTime(10), isRequest: true, Request);
        writer.Write(new VirtualTime(20), isRequest: false, Event);
        writer.Flush();
        return stream.ToArray();
    }

    private static int SecondEntry(byte[] whole) =>
        whole.Length - (sizeof(int) + OutsideLogFormat.StampBytes + OutsideMessage.HeadBytes + 2 + OutsideLogFormat.LinkBytes);

    private static (int Good, bool IsNoticed) ReadAll(byte[] log)
    {
        int good = 0;
        try
        {
            var reader = new OutsideLogReader(new MemoryStream(log));
            for (; reader.Peek() is not null; good++) reader.Skip();
            return (good, reader.IsTorn);
        }
        catch (OutsideLogException)
        {
            return (good, true);
        }
    }
}
