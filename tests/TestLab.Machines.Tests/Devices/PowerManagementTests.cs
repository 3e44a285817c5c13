using TestLab.Machines.Devices.Power;

namespace TestLab.Machines.Tests.Devices;

public sealed class PowerManagementTests
{
    private int _powerOffs;
    private DeviceBench _bench = new();
    private PowerManagement _power = Create(new DeviceBench(), () => { });

    [SetUp]
    public void Create()
    {
        _powerOffs = 0;
        _bench = new DeviceBench();
        _power = Create(_bench, () => _powerOffs++);
    }

    [Test]
    public void OnlyTheSleepTypeOfS5SwitchesOff()
    {
        Assert.That(Word(4) & 1, Is.EqualTo(1), "ACPI mode is always on");
        SetWord(4, 0x2000 | 3 << 10);
        Assert.That(_powerOffs, Is.Zero);
        SetWord(4, 5 << 10);
        Assert.That(_powerOffs, Is.Zero);
        SetWord(4, 0x2000 | 5 << 10);
        Assert.That(_powerOffs, Is.EqualTo(1));
    }

    [Test]
    public void TheTimerRunsAtItsRate()
    {
        _bench.Advance(10_000_000_000);
        uint value = (uint)(Word(8) | Word(10) << 16);
        Assert.That(value, Is.EqualTo(35_795_450));
    }

    [Test]
    public void TheTimersCarryInterruptsWhereThatIsEnabled()
    {
        SetWord(2, 1);
        _bench.Advance(PowerManagement.TimerRate.NanosecondsOf(1UL << 31) - 1);
        Assert.That(_bench.Line.IsHigh, Is.False);
        _bench.Advance(1);
        Assert.That(_bench.Line.IsHigh, Is.True);
        SetWord(0, 1);
        Assert.That(_bench.Line.IsHigh, Is.False);
    }

    [Test]
    public void ThePowerButtonInterruptsUntilItIsTakenNoteOf()
    {
        SetWord(2, 0x100);
        _power.PressPowerButton();
        Assert.That((_bench.Line.IsHigh, Word(0)), Is.EqualTo((true, 0x100)));
        SetWord(0, 0x100);
        Assert.That((_bench.Line.IsHigh, Word(0)), Is.EqualTo((false, 0)));
    }

    private static PowerManagement Create(DeviceBench bench, Action powerOff) => new(bench, bench.Events, bench.Line, powerOff);

    private int Word(ushort offset) => _power.Read(offset) | _power.Read((ushort)(offset + 1)) << 8;

    private void SetWord(ushort offset, int value)
    {
        _power.Write(offset, (byte)value);
        _power.Write((ushort)(offset + 1), (byte)(value >> 8));
    }
}
