using TestLab.Machines.Devices.Clocks;
using TestLab.Machines.Devices.Interrupts;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Devices;

public sealed class ApicTests
{
    private const ulong TaskPriority = 0x80, EndOfInterrupt = 0xB0, Spurious = 0xF0, InService = 0x100, Error = 0x280;
    private const ulong CommandLow = 0x300, LocalTimer = 0x320, InitialCount = 0x380, CurrentCount = 0x390, Divide = 0x3E0;
    private const long Tick = 40; // Nanoseconds of the 25 MHz crystal.

    private DeviceBench _bench = new();
    private TimeStampCounter _counter = new(new DeviceBench(), ProcessorClocks.TimeStampCounter);
    private LocalApic _apic = Create(new DeviceBench(), out _);
    private IoApic _ioApic = new(Create(new DeviceBench(), out _));

    [SetUp]
    public void Create()
    {
        _bench = new DeviceBench();
        _apic = Create(_bench, out _counter);
        _ioApic = new IoApic(_apic);
        _apic.InterruptEnded = _ioApic.EndInterrupt;
        _apic.Write(Spurious, 0x1FF, 4);
    }

    [Test]
    public void AOneShotTimerFiresOnceAtItsExactMoment()
    {
        _apic.Write(Divide, 0xB, 4); // By one.
        _apic.Write(LocalTimer, 0x40, 4);
        _apic.Write(InitialCount, 1000, 4);
        _bench.Advance(1000 * Tick - 1);
        Assert.Multiple(() =>
        {
            Assert.That(_apic.HasInterrupt, Is.False);
            Assert.That(_apic.Read(CurrentCount, 4), Is.EqualTo(1));
        });
        _bench.Advance(1);
        Assert.Multiple(() =>
        {
            Assert.That(_apic.Acknowledge(), Is.EqualTo(0x40));
            Assert.That(_apic.Read(CurrentCount, 4), Is.Zero);
        });
        _apic.Write(EndOfInterrupt, 0, 4);
        _bench.Advance(100_000 * Tick);
        Assert.That(_apic.HasInterrupt, Is.False);
    }

    [Test]
    public void APeriodicTimerDoesNotDrift()
    {
        _apic.Write(Divide, 0x3, 4); // By sixteen.
        _apic.Write(LocalTimer, 0x2_0041, 4);
        _apic.Write(InitialCount, 100, 4);
        for (int period = 1; period <= 1000; period++)
        {
            _bench.Advance(100 * 16 * Tick);
            Assert.That(_apic.Acknowledge(), Is.EqualTo(0x41), $"period {period}");
            _apic.Write(EndOfInterrupt, 0, 4);
        }

        Assert.That(_apic.Read(CurrentCount, 4), Is.EqualTo(100));
    }

    [Test]
    public void ADeadlineFiresWhenTheCounterReachesItAndClearsItself()
    {
        _apic.Write(LocalTimer, 0x4_0042, 4);
        _apic.Deadline = 5000;
        Assert.That(_apic.Deadline, Is.EqualTo(5000));
        _bench.Advance(4999);
        Assert.That(_apic.HasInterrupt, Is.False);
        _bench.Advance(1);
        Assert.That((_apic.Acknowledge(), _apic.Deadline), Is.EqualTo((0x42, 0UL)));
    }

    [Test]
    public void MovingTheCounterMovesTheDeadline()
    {
        _apic.Write(LocalTimer, 0x4_0042, 4);
        _apic.Deadline = 5000;
        _counter.Value = 4000;
        _bench.Advance(999);
        Assert.That(_apic.HasInterrupt, Is.False);
        _bench.Advance(1);
        Assert.That(_apic.HasInterrupt, Is.True);
    }

    [Test]
    public void ADeadlineInAnotherModeIsIgnored()
    {
        _apic.Write(LocalTimer, 0x0_0042, 4);
        _apic.Deadline = 5000;
        Assert.That(_apic.Deadline, Is.Zero);
    }

    [Test]
    public void AMaskedTimerCountsInSilence()
    {
        _apic.Write(LocalTimer, 0x1_0040, 4);
        _apic.Write(InitialCount, 100, 4);
        _bench.Advance(50 * 2 * Tick);
        Assert.That(_apic.Read(CurrentCount, 4), Is.EqualTo(50));
        _bench.Advance(50 * 2 * Tick);
        _apic.Write(LocalTimer, 0x0_0040, 4);
        _bench.Advance(1_000_000);
        Assert.That(_apic.HasInterrupt, Is.False);
    }

    [Test]
    public void ThePriorityHoldsBackItsClassAndBelow()
    {
        Self(0x51);
        _apic.Write(TaskPriority, 0x50, 4);
        Assert.That(_apic.HasInterrupt, Is.False);
        _apic.TaskPriorityClass = 4;
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x51));
        Self(0x5F);
        Assert.That(_apic.HasInterrupt, Is.False, "the class in service holds back its equals");
        Self(0x61);
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x61));
        Assert.That(_apic.Read(InService + 0x30, 4), Is.EqualTo(1UL << 1));
        _apic.Write(EndOfInterrupt, 0, 4);
        _apic.Write(EndOfInterrupt, 0, 4);
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x5F));
    }

    [Test]
    public void AnIllegalVectorIsAnError()
    {
        _apic.Write(CommandLow, 0x4_0005, 4);
        _apic.Write(Error, 0, 4);
        Assert.That(_apic.Read(Error, 4), Is.EqualTo(0x20));
        _apic.Write(Error, 0, 4);
        Assert.That(_apic.Read(Error, 4), Is.Zero);
    }

    [Test]
    public void SwitchedOffBySoftwareItMasksItsLocalVectors()
    {
        _apic.Write(LocalTimer, 0x40, 4);
        _apic.Write(Spurious, 0xFF, 4);
        Assert.That(_apic.Read(LocalTimer, 4), Is.EqualTo(0x1_0040));
        Assert.That(_apic.Deliver(0, false, DeliveryMode.Fixed, 0x50, false), Is.False);
    }

    [Test]
    public void AMessageReachesTheProcessorItNames()
    {
        _apic.Send(0xFEE0_1000, 0x4055);
        Assert.That(_apic.HasInterrupt, Is.False, "processor 1 does not exist");
        _apic.Send(0xFEE0_0000, 0x4055);
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x55));
        _apic.Write(EndOfInterrupt, 0, 4);
        _apic.Write(0xD0, 0x0100_0000, 4);
        _apic.Send(0xFEE0_1004, 0x4056); // Logical.
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x56));
    }

    [Test]
    public void AnEdgeInputInterruptsOnceAndIgnoresEdgesWhileMasked()
    {
        Redirect(4, 0x34);
        _ioApic.SetLine(4, true);
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x34));
        _apic.Write(EndOfInterrupt, 0, 4);
        Assert.That(_apic.HasInterrupt, Is.False);
        _ioApic.SetLine(4, false);
        Redirect(4, 0x1_0034);
        _ioApic.SetLine(4, true);
        Redirect(4, 0x34);
        Assert.That(_apic.HasInterrupt, Is.False);
    }

    [Test]
    public void ALevelInputAsksAgainWhileItsLineIsHigh()
    {
        Redirect(10, 0x8000 | 0x3A);
        _ioApic.SetLine(10, true);
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x3A));
        Assert.That(ReadEntry(10) & (1 << 14), Is.Not.Zero, "remote request");
        _apic.Write(EndOfInterrupt, 0, 4);
        Assert.That(_apic.Acknowledge(), Is.EqualTo(0x3A));
        _ioApic.SetLine(10, false);
        _apic.Write(EndOfInterrupt, 0, 4);
        Assert.That(_apic.HasInterrupt, Is.False);
        Assert.That(ReadEntry(10) & (1 << 14), Is.Zero);
    }

    [Test]
    public void ItsIdentityAndSizeReadBack()
    {
        _ioApic.Write(0, 1, 4);
        Assert.That(_ioApic.Read(0x10, 4), Is.EqualTo(0x0017_0020));
        Assert.That(_apic.Read(0x30, 4), Is.EqualTo(0x0005_0014));
    }

    [Test]
    public void TheExtendedModeIsRefused()
    {
        Assert.That(_apic.TrySetBase(LocalApic.DefaultAddress | 0xC00), Is.False);
        Assert.That(_apic.TrySetBase(0x900), Is.True);
        Assert.That(_apic.Base, Is.EqualTo(0x900));
    }

    private static LocalApic Create(DeviceBench bench, out TimeStampCounter counter)
    {
        counter = new TimeStampCounter(bench, ProcessorClocks.TimeStampCounter);
        return new LocalApic(bench, bench.Events, counter, ProcessorClocks.LocalApicTimer);
    }

    private void Self(byte vector) => _apic.Write(CommandLow, 0x4_0000u | vector, 4);

    private void Redirect(int input, uint entry)
    {
        _ioApic.Write(0, (ulong)(0x10 + 2 * input), 4);
        _ioApic.Write(0x10, entry, 4);
    }

    private uint ReadEntry(int input)
    {
        _ioApic.Write(0, (ulong)(0x10 + 2 * input), 4);
        return (uint)_ioApic.Read(0x10, 4);
    }
}
