using TestLab.Machines.Devices.Interrupts;

namespace TestLab.Machines.Tests.Devices;

public sealed class PicTests
{
    private readonly PicPair _pics = new();

    [SetUp]
    public void Initialize()
    {
        foreach ((var pic, byte vector, byte cascade) in new[] { (_pics.Master, (byte)0x30, (byte)4), (_pics.Slave, (byte)0x38, (byte)2) })
        {
            pic.Write(0, 0x11);
            pic.Write(1, vector);
            pic.Write(1, cascade);
            pic.Write(1, 0x01);
            pic.Write(1, 0x00);
        }

        for (int line = 0; line < 16; line++) _pics.SetLine(line, false);
        _pics.Write(0, 0);
        _pics.Write(1, 0);
    }

    [Test]
    public void AnEdgeInterruptsOnceAndTheLowerInputFirst()
    {
        _pics.SetLine(4, true);
        _pics.SetLine(1, true);
        Assert.That(_pics.Acknowledge(), Is.EqualTo(0x31));
        Assert.That(_pics.HasInterrupt, Is.False, "input 4 waits for the end of input 1");
        _pics.Master.Write(0, 0x20);
        Assert.That(_pics.Acknowledge(), Is.EqualTo(0x34));
        _pics.Master.Write(0, 0x20);
        Assert.That(_pics.HasInterrupt, Is.False, "the line is still high, but there was no new edge");
    }

    [Test]
    public void TheSecondChipComesThroughInputTwo()
    {
        _pics.SetLine(12, true);
        _pics.SetLine(8, true);
        Assert.That(_pics.Acknowledge(), Is.EqualTo(0x38));
        _pics.Slave.Write(0, 0x20);
        _pics.Master.Write(0, 0x20);
        Assert.That(_pics.Acknowledge(), Is.EqualTo(0x3C));
    }

    [Test]
    public void AMaskedInputWaits()
    {
        _pics.Master.Write(1, 0x10);
        _pics.SetLine(4, true);
        Assert.That(_pics.HasInterrupt, Is.False);
        _pics.Master.Write(1, 0x00);
        Assert.That(_pics.HasInterrupt, Is.True);
    }

    [Test]
    public void ALevelInputAsksAgainAfterItsEnd()
    {
        _pics.Write(1, 0x04); // Input 10.
        _pics.SetLine(10, true);
        for (int round = 0; round < 3; round++)
        {
            Assert.That(_pics.Acknowledge(), Is.EqualTo(0x3A));
            _pics.Slave.Write(0, 0x20);
            _pics.Master.Write(0, 0x20);
        }

        _pics.SetLine(10, false);
        Assert.That(_pics.HasInterrupt, Is.False);
    }

    [Test]
    public void ARequestThatFellIsForgottenAndAnAcknowledgeThenIsSpurious()
    {
        _pics.SetLine(3, true);
        _pics.SetLine(3, false);
        Assert.That(_pics.HasInterrupt, Is.False);
        Assert.That(_pics.Acknowledge(), Is.EqualTo(0x37));
        _pics.Master.Write(0, 0x0B);
        Assert.That(_pics.Master.Read(0), Is.Zero, "a spurious interrupt is not in service");
    }

    [Test]
    public void RegistersReadBack()
    {
        _pics.SetLine(5, true);
        _pics.Master.Write(0, 0x0A);
        Assert.That(_pics.Master.Read(0), Is.EqualTo(0x20));
        _pics.Acknowledge();
        _pics.Master.Write(0, 0x0B);
        Assert.That(_pics.Master.Read(0), Is.EqualTo(0x20));
        _pics.Master.Write(0, 0x65); // Specific end of input 5.
        Assert.That(_pics.Master.Read(0), Is.Zero);
    }

    [Test]
    public void RotationMakesTheServedInputTheLast()
    {
        _pics.SetLine(0, true);
        _pics.Acknowledge();
        _pics.Master.Write(0, 0xA0); // Rotate on non-specific end.
        _pics.SetLine(0, false);
        _pics.SetLine(0, true);
        _pics.SetLine(7, true);
        Assert.That(_pics.Acknowledge(), Is.EqualTo(0x37));
    }

    [Test]
    public void AutomaticEndLeavesNothingInService()
    {
        _pics.Master.Write(0, 0x11);
        _pics.Master.Write(1, 0x30);
        _pics.Master.Write(1, 0x04);
        _pics.Master.Write(1, 0x03);
        _pics.SetLine(1, true);
        _pics.SetLine(6, true);
        Assert.That((_pics.Acknowledge(), _pics.Acknowledge()), Is.EqualTo(((byte)0x31, (byte)0x36)));
    }

    [Test]
    public void APollTakesTheInterrupt()
    {
        _pics.SetLine(3, true);
        _pics.Master.Write(0, 0x0C);
        Assert.That(_pics.Master.Read(0), Is.EqualTo(0x83));
        _pics.Master.Write(0, 0x0C);
        Assert.That(_pics.Master.Read(0), Is.Zero);
    }
}
