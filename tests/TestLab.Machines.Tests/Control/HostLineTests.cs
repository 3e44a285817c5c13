using TestLab.Machines.Control;
using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Tests.Devices;

namespace TestLab.Machines.Tests.Control;

public sealed class HostLineTests
{
    private readonly HostLine _line = new();

    [Test]
    public void NewsComeOnceUntilTheyAreTaken()
    {
        int news = 0;
        _line.NewsCame = () => news++;
        ISerialBackend guest = _line;
        guest.Transmit((byte)'a');
        guest.Transmit((byte)'b');
        Assert.That((news, _line.Take()), Is.EqualTo((1, "ab"u8.ToArray())));
        guest.Transmit((byte)'c');
        Assert.That((news, _line.Take()), Is.EqualTo((2, "c"u8.ToArray())));
        Assert.That(_line.Take(), Is.Empty);
    }

    [Test]
    public void WhatTheDeviceHasNoRoomForWaits()
    {
        var bench = new DeviceBench();
        var port = new SerialPort(bench, bench.Events, bench.Line, _line);
        byte[] sent = new byte[SerialPort.InputQueueBytes + 3];
        for (int index = 0; index < sent.Length; index++) sent[index] = (byte)index;
        _line.Send(sent);

        List<byte> received = [];
        while (received.Count < sent.Length)
        {
            _line.Feed(port);
            Assert.That(port.Read(5) & 1, Is.EqualTo(1), "There is something to read.");
            for (; (port.Read(5) & 1) != 0; bench.Advance(1_000_000)) received.Add(port.Read(0));
        }

        Assert.That(received, Is.EqualTo(sent));
    }
}
