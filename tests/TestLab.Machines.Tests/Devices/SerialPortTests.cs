using System.Text;
using TestLab.Machines.Devices.Serial;

namespace TestLab.Machines.Tests.Devices;

public sealed class SerialPortTests
{
    private DeviceBench _bench = new();
    private CollectingBackend _output = new();
    private SerialPort _port = Create(new DeviceBench(), new CollectingBackend());

    [SetUp]
    public void Create()
    {
        _bench = new DeviceBench();
        _output = new CollectingBackend();
        _port = Create(_bench, _output);
        _port.Write(4, 0x0B);
    }

    [Test]
    public void WhatIsWrittenGoesOut()
    {
        foreach (byte value in "hello"u8) _port.Write(0, value);
        Assert.That(_output.Text, Is.EqualTo("hello"));
    }

    [Test]
    public void ReadingTheCauseAcknowledgesATransmission()
    {
        _port.Write(1, 0x02);
        Assert.That(_bench.Line.IsHigh, Is.True, "an empty transmitter interrupts when that is enabled");
        Assert.That(_port.Read(2), Is.EqualTo(0x02));
        Assert.That(_bench.Line.IsHigh, Is.False);
        Assert.That(_port.Read(2), Is.EqualTo(0x01));
        _port.Write(0, 0x41);
        Assert.That(_bench.Line.IsHigh, Is.True);
    }

    [Test]
    public void TheFirstByteInterruptsWithoutFifo()
    {
        _port.Write(1, 0x01);
        Assert.That(_port.Receive("ab"u8), Is.EqualTo(2));
        Assert.That((_bench.Line.IsHigh, _port.Read(2)), Is.EqualTo((true, (byte)0x04)));
        Assert.That((_port.Read(0), _port.Read(0)), Is.EqualTo(((byte)'a', (byte)'b')));
        Assert.That((_bench.Line.IsHigh, _port.Read(5) & 1), Is.EqualTo((false, 0)));
    }

    [Test]
    public void TheTriggerLevelHoldsBackUntilTheTimeout()
    {
        _port.Write(2, 0xC1); // Fourteen bytes.
        _port.Write(3, 0x80);
        _port.Write(0, 1); // 115200 baud.
        _port.Write(3, 0x03);
        _port.Write(1, 0x01);
        _port.Receive("x"u8);
        Assert.That(_port.Read(2), Is.EqualTo(0xC1));
        _bench.Advance(347_221);
        Assert.That(_bench.Line.IsHigh, Is.False);
        _bench.Advance(1);
        Assert.That(_port.Read(2), Is.EqualTo(0xCC));
        Assert.That(_port.Read(0), Is.EqualTo((byte)'x'));
        Assert.That(_bench.Line.IsHigh, Is.False);
        _port.Receive("0123456789abcd"u8);
        Assert.That(_port.Read(2), Is.EqualTo(0xC4));
    }

    [Test]
    public void InputIsBoundedAndNoneOfItIsLost()
    {
        _port.Write(2, 0x01);
        byte[] input = [.. Enumerable.Range(0, 10_000).Select(index => (byte)index)];
        int accepted = _port.Receive(input);
        Assert.That(accepted, Is.EqualTo(SerialPort.InputQueueBytes));
        byte[] read = [.. Enumerable.Range(0, accepted).Select(_ => _port.Read(0))];
        Assert.That(read, Is.EqualTo(input[..accepted]));
        Assert.That(_port.PendingInput, Is.Zero);
    }

    [Test]
    public void KernelsRecognizeA16550A()
    {
        _port.Write(4, 0x1A);
        Assert.That(_port.Read(6) & 0xF0, Is.EqualTo(0x90), "loopback of request to send and OUT2");
        _port.Write(4, 0x0B);
        _port.Write(2, 0x01);
        Assert.That(_port.Read(2) >> 6, Is.EqualTo(3), "FIFOs");
        _port.Write(2, 0x21);
        Assert.That(_port.Read(2) & 0x20, Is.Zero, "no 64-byte FIFO");
        _port.Write(1, 0xFF);
        Assert.That(_port.Read(1), Is.EqualTo(0x0F));
        _port.Write(7, 0xA5);
        Assert.That(_port.Read(7), Is.EqualTo(0xA5));
    }

    [Test]
    public void LoopbackReturnsWhatIsSentAndKeepsItInside()
    {
        _port.Write(4, 0x10);
        _port.Write(0, 0x5A);
        Assert.That((_port.Read(5) & 1, _port.Read(0), _output.Text), Is.EqualTo((1, (byte)0x5A, "")));
    }

    [Test]
    public void TheLineOpensWithOut2()
    {
        _port.Write(4, 0x03);
        _port.Write(1, 0x02);
        Assert.That(_bench.Line.IsHigh, Is.False);
        _port.Write(4, 0x0B);
        Assert.That(_bench.Line.IsHigh, Is.True);
    }

    private static SerialPort Create(DeviceBench bench, ISerialBackend backend) => new(bench, bench.Events, bench.Line, backend);

    private sealed class CollectingBackend : ISerialBackend
    {
        private readonly StringBuilder _text = new();

        public string Text => _text.ToString();

        public void Transmit(byte value) => _text.Append((char)value);
    }
}
