using TestLab.Machines.Devices.Clocks;

namespace TestLab.Machines.Tests.Devices;

public sealed class PitTests
{
    private DeviceBench _bench = new();
    private Pit _pit = new(new DeviceBench(), new TestLab.Simulation.EventQueue(), new Bus.InterruptLine());

    [SetUp]
    public void Create()
    {
        _bench = new DeviceBench();
        _pit = new Pit(_bench, _bench.Events, _bench.Line);
    }

    [TestCase(2)]
    [TestCase(3)]
    public void APeriodicModeInterruptsAtTheExactRate(int mode)
    {
        Program(0, mode, 11932);
        // 1193181.667 Hz / 11932 = 99.998 Hz: a hundred seconds hold 9999 whole periods.
        _bench.Advance(100_000_000_000);
        Assert.That(_bench.RisingEdges, Is.EqualTo(1 + 9999), "one edge when the mode sets the output high");
    }

    [Test]
    public void TerminalCountRaisesTheLineOnceAndHoldsIt()
    {
        Program(0, 0, 1000);
        _bench.Advance(Pit.Rate.NanosecondsOf(1000) - 1);
        Assert.That(_bench.Line.IsHigh, Is.False);
        _bench.Advance(1);
        Assert.That(_bench.Line.IsHigh, Is.True);
        _bench.Advance(1_000_000_000);
        Assert.That(_bench.RisingEdges, Is.EqualTo(1));
        _pit.Write(0, 0x10);
        Assert.That(_bench.Line.IsHigh, Is.False, "the first byte of a new count stops it");
    }

    [Test]
    public void ALatchedCountStandsStillWhileTheCounterRuns()
    {
        Program(0, 2, 10_000);
        _bench.Advance(Pit.Rate.NanosecondsOf(100));
        _pit.Write(3, 0x00);
        _bench.Advance(Pit.Rate.NanosecondsOf(500));
        Assert.That(ReadCount(0), Is.EqualTo(9_900));
        Assert.That(ReadCount(0), Is.EqualTo(9_400));
    }

    [Test]
    public void ReadBackGivesStatusThenCount()
    {
        Program(0, 2, 5_000);
        _pit.Write(3, 0xC2);
        Assert.That(_pit.Read(0), Is.EqualTo(0x80 | 0x30 | 0x04));
        Assert.That(ReadCount(0), Is.EqualTo(5_000));
    }

    [Test]
    public void DecimalCountersCountInDecimal()
    {
        _pit.Write(3, 0x35);
        _pit.Write(0, 0x00);
        _pit.Write(0, 0x10); // 1000.
        _bench.Advance(Pit.Rate.NanosecondsOf(1));
        Assert.That(ReadCount(0), Is.EqualTo(0x0999));
    }

    [Test]
    public void AZeroCountIsTheLongest()
    {
        Program(0, 0, 0);
        _bench.Advance(Pit.Rate.NanosecondsOf(65_535));
        Assert.That(_bench.Line.IsHigh, Is.False);
        _bench.Advance(Pit.Rate.NanosecondsOf(65_536) - Pit.Rate.NanosecondsOf(65_535));
        Assert.That(_bench.Line.IsHigh, Is.True);
    }

    [Test]
    public void TheSpeakerGateStartsTheCalibrationThatKernelsTime()
    {
        var control = new SystemControlPort(_pit, _bench);
        control.Write(0, 0x00);
        Program(2, 0, 11_932);
        _bench.Advance(1_000_000_000);
        Assert.That(control.Read(0) & 0x20, Is.Zero, "a low gate holds the count");
        control.Write(0, 0x01);
        _bench.Advance(Pit.Rate.NanosecondsOf(11_932) - 1);
        Assert.That(control.Read(0) & 0x20, Is.Zero);
        _bench.Advance(1);
        Assert.That(control.Read(0) & 0x20, Is.Not.Zero);
    }

    [Test]
    public void TheRefreshBitToggles()
    {
        var control = new SystemControlPort(_pit, _bench);
        int toggles = 0;
        int last = 0;
        for (int step = 0; step < 1000; step++)
        {
            _bench.Advance(1_000);
            int bit = control.Read(0) & 0x10;
            if (bit != last) toggles++;
            last = bit;
        }

        Assert.That(toggles, Is.EqualTo(66));
    }

    [Test]
    public void AOneShotWaitsForItsGate()
    {
        Program(2, 1, 100);
        Assert.That(_pit.SpeakerOutput, Is.True);
        _pit.SpeakerGate = true;
        Assert.That(_pit.SpeakerOutput, Is.False);
        _bench.Advance(Pit.Rate.NanosecondsOf(100));
        Assert.That(_pit.SpeakerOutput, Is.True);
    }

    private void Program(int channel, int mode, int count)
    {
        _pit.Write(3, (byte)(channel << 6 | 0x30 | mode << 1));
        _pit.Write((ushort)channel, (byte)count);
        _pit.Write((ushort)channel, (byte)(count >> 8));
    }

    private int ReadCount(int channel) => _pit.Read((ushort)channel) | _pit.Read((ushort)channel) << 8;
}
