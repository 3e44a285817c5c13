using TestLab.Machines.Devices.Clocks;

namespace TestLab.Machines.Tests.Devices;

public sealed class RtcTests
{
    private const long Second = 1_000_000_000;

    private DeviceBench _bench = new();
    private Rtc _rtc = new(new DeviceBench(), new TestLab.Simulation.EventQueue(), new Bus.InterruptLine(), 0);

    [SetUp]
    public void Create() => Create(MachineOptions.DefaultEpochUnixSeconds);

    [Test]
    public void ItShowsTheEpochAndRunsWithVirtualTime()
    {
        Assert.That(Time(), Is.EqualTo("20-26-01-01 00:00:00"));
        _bench.Advance((86_400L * 59 + 3_723) * Second);
        Assert.That(Time(), Is.EqualTo("20-26-03-01 01:02:03"));
    }

    [TestCase(951_782_399, "20-00-02-28 23:59:59", "20-00-02-29 00:00:00")]
    [TestCase(951_868_799, "20-00-02-29 23:59:59", "20-00-03-01 00:00:00")]
    [TestCase(946_684_799, "19-99-12-31 23:59:59", "20-00-01-01 00:00:00")]
    [TestCase(4_107_542_399, "21-00-02-28 23:59:59", "21-00-03-01 00:00:00")]
    public void TheCalendarIsRight(long epoch, string before, string after)
    {
        Create(epoch);
        Assert.That(Time(), Is.EqualTo(before));
        _bench.Advance(Second);
        Assert.That(Time(), Is.EqualTo(after));
    }

    [Test]
    public void TheWeekDayIsRight() => Assert.That(Read(6), Is.EqualTo(5), "2026-01-01 is a Thursday");

    [Test]
    public void AnUpdateIsAnnouncedBeforeTheSecondChanges()
    {
        Assert.That(Read(10) & 0x80, Is.Zero);
        _bench.Advance(Second - 244_141);
        Assert.That(Read(10) & 0x80, Is.Not.Zero);
        Assert.That(Read(0), Is.Zero);
        _bench.Advance(244_141);
        Assert.That(Read(10) & 0x80, Is.Zero);
        Assert.That(Read(0), Is.EqualTo(1));
    }

    [Test]
    public void ATimeThatIsSetRunsOnFromHalfASecond()
    {
        Write(11, 0x82);
        foreach ((byte index, byte value) in new (byte, byte)[] { (0, 0x58), (2, 0x59), (4, 0x23), (7, 0x31), (8, 0x12), (9, 0x30), (0x32, 0x20) })
            Write(index, value);
        _bench.Advance(10 * Second);
        Write(11, 0x02);
        Assert.That(Time(), Is.EqualTo("20-30-12-31 23:59:58"));
        _bench.Advance(Second / 2);
        Assert.That(Time(), Is.EqualTo("20-30-12-31 23:59:59"));
        _bench.Advance(Second);
        Assert.That(Time(), Is.EqualTo("20-31-01-01 00:00:00"));
    }

    [Test]
    public void BinaryAndTwelveHourFormsReadBack()
    {
        _bench.Advance((13 * 3600 + 45 * 60) * Second);
        Write(11, 0x06);
        Assert.That((Read(4), Read(2)), Is.EqualTo(((byte)13, (byte)45)));
        Write(11, 0x00);
        Assert.That(Read(4), Is.EqualTo(0x81));
    }

    [Test]
    public void ThePeriodicInterruptComesAtItsRateOnceTheCauseIsRead()
    {
        Write(11, 0x42);
        int interrupts = 0;
        for (int step = 0; step < 2_000; step++)
        {
            _bench.Advance(500_000);
            if (!_bench.Line.IsHigh) continue;
            Assert.That(Read(12) & 0xC0, Is.EqualTo(0xC0));
            interrupts++;
        }

        Assert.That(interrupts, Is.EqualTo(1024));
        Assert.That(_bench.Line.IsHigh, Is.False);
    }

    [Test]
    public void TheUpdateInterruptComesEachSecond()
    {
        Write(11, 0x12);
        for (int second = 0; second < 5; second++)
        {
            _bench.Advance(Second);
            Assert.That(_bench.Line.IsHigh, Is.True);
            Assert.That(Read(12) & 0x90, Is.EqualTo(0x90));
        }
    }

    [Test]
    public void TheAlarmComesAtItsTimeAndNotBefore()
    {
        Write(1, 0x05);
        Write(3, 0x01);
        Write(5, 0xFF); // Any hour.
        Read(12);
        Write(11, 0x22);
        _bench.Advance(65 * Second - 1);
        Assert.That(_bench.Line.IsHigh, Is.False);
        _bench.Advance(1);
        Assert.That(_bench.Line.IsHigh, Is.True);
        Assert.That(Read(12) & 0xA0, Is.EqualTo(0xA0));
        Assert.That(_bench.Line.IsHigh, Is.False);
    }

    [Test]
    public void CmosMemoryKeepsWhatIsWritten()
    {
        Write(0x0F, 0x0A);
        Write(0x7F, 0x5A);
        Assert.That((Read(0x0F), Read(0x7F), Read(13)), Is.EqualTo(((byte)0x0A, (byte)0x5A, (byte)0x80)));
    }

    private void Create(long epoch)
    {
        _bench = new DeviceBench();
        _rtc = new Rtc(_bench, _bench.Events, _bench.Line, epoch);
    }

    private string Time() => $"{Read(0x32):X2}-{Read(9):X2}-{Read(8):X2}-{Read(7):X2} {Read(4):X2}:{Read(2):X2}:{Read(0):X2}";

    private byte Read(byte index)
    {
        _rtc.Write(0, index);
        return _rtc.Read(1);
    }

    private void Write(byte index, byte value)
    {
        _rtc.Write(0, index);
        _rtc.Write(1, value);
    }
}
