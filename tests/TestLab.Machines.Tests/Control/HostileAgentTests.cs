using System.Buffers.Binary;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Machines.Tests.Control;

/// <summary>A guest that writes what it likes to the control port: typed faults, bounded memory, nothing else.</summary>
internal sealed class HostileAgentTests
{
    private readonly Port _port = new();
    private ControlClient _client = new(new Port());

    [SetUp]
    public void Connect()
    {
        _client = new ControlClient(_port);
        _client.Feed(Frame(ControlFrameKind.Hello, 0, Hello(0)));
        Assert.That(_client.IsReady, Is.True);
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("text", "root@guest:~# ls -la /"u8.ToArray(), ControlFault.NotAFrame);
        yield return Case("too long", Header(ControlFrameKind.Output, 1, 1 << 20), ControlFault.FrameTooLong);
        yield return Case("negative length", Header(ControlFrameKind.Output, 1, -1), ControlFault.FrameTooLong);
        yield return Case("host's kind", Frame(ControlFrameKind.Start, 1, []), ControlFault.UnknownFrame);
        yield return Case("no kind", Frame((ControlFrameKind)99, 9, []), ControlFault.UnknownFrame);
        yield return Case("short end", Frame(ControlFrameKind.Ended, 1, new byte[3]), ControlFault.UnknownFrame);
        yield return Case("short hello", Frame(ControlFrameKind.Hello, 0, new byte[4]), ControlFault.UnknownFrame);
        yield return Case("more taken", Frame(ControlFrameKind.Taken, 1, [1, 0, 0, 0]), ControlFault.WindowExceeded);
        yield return Case("less taken", Frame(ControlFrameKind.Taken, 1, [0, 0, 0, 0x80]), ControlFault.WindowExceeded);
        yield return Case("version", Frame(ControlFrameKind.Hello, 0, [.. new byte[8], 9, 0, 64, 0, 0, 0, 0, 0]),
            ControlFault.WrongVersion);
        byte[] damaged = Frame(ControlFrameKind.Output, 1, [1, 2, 3]);
        damaged[17] ^= 1;
        yield return Case("damaged", damaged, ControlFault.Damaged);

        static TestCaseData Case(string name, byte[] bytes, ControlFault fault) =>
            new TestCaseData(bytes, fault).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Wrong))]
    public void WhatNoAgentSendsIsAFaultAndEndsEverything(byte[] bytes, ControlFault fault)
    {
        ControlCommand command = _client.Start(CommandRequest.Shell("true"));
        _client.Feed(bytes);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_client.Fault, Is.EqualTo(fault));
            Assert.That(_client.IsReady, Is.False);
            Assert.That(command.Outcome, Is.EqualTo(new ControlOutcome(ControlEnding.Lost)));
            Assert.That(() => _client.Start(CommandRequest.Shell("true")), Throws.InvalidOperationException);
        }
    }

    [Test]
    public void MoreOutputThanTheWindowIsAFault()
    {
        ControlCommand command = _client.Start(CommandRequest.Shell("true"));
        command.IsHeld = true;
        byte[] piece = Frame(ControlFrameKind.Output, 1, new byte[32_000]);
        for (int sent = 32_000; sent <= ControlOperation.WindowBytes; sent += 32_000) _client.Feed(piece);
        Assert.That(_client.Fault, Is.EqualTo(ControlFault.None));
        _client.Feed(piece);
        Assert.That(_client.Fault, Is.EqualTo(ControlFault.WindowExceeded));
    }

    [Test]
    public void RandomBytesAndDamagedFramesNeverDoMoreThanFault()
    {
        Random random = new(11);
        for (int round = 0; round < 2000; round++)
        {
            _client.Reset((ulong)round + 1);
            _client.Feed(Frame(ControlFrameKind.Hello, 0, Hello((ulong)round + 1)));
            ControlCommand command = _client.Start(CommandRequest.Shell("true"));
            uint channel = 0;
            while (_client.Fault == ControlFault.None && channel < 50)
            {
                byte[] bytes = Frame((ControlFrameKind)random.Next(60, 75), (uint)random.Next(3), new byte[random.Next(20)]);
                if (random.Next(4) == 0) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                _client.Feed(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
                channel++;
            }

            Assert.That(_client.Save().Held, Has.Length.LessThanOrEqualTo(32 << 10), $"round {round}");
            if (_client.Fault != ControlFault.None) Assert.That(command.Outcome, Is.Not.Null, $"round {round}");
        }
    }

    [Test]
    public void AfterAResetAnyAmountOfRubbishIsDropped()
    {
        _client.Reset(77);
        byte[] rubbish = new byte[1 << 16];
        new Random(1).NextBytes(rubbish);
        for (int count = 0; count < 64; count++) _client.Feed(rubbish);
        _client.Feed(Frame(ControlFrameKind.Hello, 0, Hello(76)));
        Assert.That(_client.IsReady, Is.False);
        Assert.That(_client.Save().Held, Has.Length.LessThan(64));
        byte[] hello = Frame(ControlFrameKind.Hello, 0, Hello(77));
        foreach (byte value in hello) _client.Feed([value]);
        Assert.That(_client.IsReady, Is.True);
    }

    [Test]
    public void AnAgentThatStartsAnewLosesWhatRan()
    {
        ControlCommand command = _client.Start(CommandRequest.Shell("true"));
        _client.Feed(Frame(ControlFrameKind.Hello, 0, Hello(0)));
        Assert.That(command.Outcome, Is.EqualTo(new ControlOutcome(ControlEnding.Lost)));
        Assert.That(_client.IsReady, Is.True);
    }

    [Test]
    public void AWrongRequestIsRefusedOnTheHost()
    {
        Assert.That(() => _client.Start(new() { Words = [] }), Throws.ArgumentException);
        Assert.That(() => _client.Start(CommandRequest.Shell("a\0b")), Throws.ArgumentException);
        Assert.That(() => _client.Start(CommandRequest.Shell(new string('x', 200_000))), Throws.ArgumentException);
        Assert.That(() => _client.Start(new() { Words = [.. new string[2000].Select(_ => "x")] }), Throws.ArgumentException);
        Assert.That(_client.Operations, Is.Empty);
    }

    private static byte[] Hello(ulong word)
    {
        byte[] payload = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, word);
        payload[8] = 1;
        payload[10] = 64;
        return payload;
    }

    private static byte[] Header(ControlFrameKind kind, uint channel, int length)
    {
        byte[] header = Frame(kind, channel, []);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), length);
        return header;
    }

    private static byte[] Frame(ControlFrameKind kind, uint channel, byte[] payload)
    {
        Port port = new();
        ControlFrame.Send(port, kind, channel, payload);
        return port.Sent;
    }

    private sealed class Port : IByteSink
    {
        private readonly List<byte> _sent = [];

        public byte[] Sent => [.. _sent];

        public void Write(ReadOnlySpan<byte> bytes) => _sent.AddRange(bytes);
    }
}
