using TestLab.Simulation;

namespace TestLab.Machines.Tests.Pci;

public sealed class PciTests
{
    private MachineBench _bench = new();

    [SetUp]
    public void Create() => _bench = new MachineBench();

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [Test]
    public void TheBusHasItsBridgesAndDevicesAndNothingElse()
    {
        uint[] found = [.. Enumerable.Range(0, 32).Select(slot => _bench.ReadConfig(slot, 0)).TakeWhile(id => id != uint.MaxValue)];
        Assert.That(found, Is.EqualTo(new uint[] { 0x1237_8086, 0x7000_8086, 0x1044_1AF4, 0x1042_1AF4, 0x1041_1AF4, 0x1043_1AF4 }));
        Assert.That(Enumerable.Range(6, 26).Select(slot => _bench.ReadConfig(slot, 0)), Has.All.EqualTo(uint.MaxValue));
    }

    [Test]
    public void KernelsFindMechanismOne()
    {
        _bench.Bus.WritePort(0xCFB, 0x01, 1);
        _bench.Bus.WritePort(0xCF8, 0x8000_0000, 4);
        Assert.That(_bench.Bus.ReadPort(0xCF8, 4), Is.EqualTo(0x8000_0000));
        Assert.That(_bench.Bus.ReadPort(0xCFE, 2), Is.EqualTo(0x1237));
        Assert.That(_bench.Bus.ReadPort(0xCFD, 1), Is.EqualTo(0x80));
    }

    [TestCase(0x10, 0xFFFF_C000u)]
    [TestCase(0x14, 0xFFFF_F000u)]
    [TestCase(0x18, 0u)]
    public void AWindowTellsItsSize(int bar, uint mask)
    {
        uint before = _bench.ReadConfig(2, bar);
        _bench.WriteConfig(2, bar, uint.MaxValue);
        Assert.That(_bench.ReadConfig(2, bar), Is.EqualTo(mask));
        _bench.WriteConfig(2, bar, before);
        Assert.That(_bench.ReadConfig(2, bar), Is.EqualTo(before));
    }

    [Test]
    public void AWindowMovesAndHides()
    {
        Assert.That(QueueCountAt(_bench.ReadConfig(2, 0x10)), Is.EqualTo(1));
        _bench.WriteConfig(2, 0x10, 0xD000_0000);
        Assert.That(QueueCountAt(0xD000_0000), Is.EqualTo(1));
        _bench.WriteConfig(2, 4, 0, 2);
        Assert.That(QueueCountAt(0xD000_0000), Is.EqualTo(0xFFFF));
    }

    [Test]
    public void OverlappingWindowsFollowTheWrittenRule()
    {
        // The local APIC is the board's own and comes first; of two functions the lower slot does.
        ulong version = _bench.Bus.ReadDevice(0xFEE0_0030, 4);
        _bench.WriteConfig(2, 0x10, 0xFEE0_0000);
        Assert.That(_bench.Bus.ReadDevice(0xFEE0_0030, 4), Is.EqualTo(version));
        _bench.WriteConfig(2, 0x10, 0xD000_0000);
        _bench.WriteConfig(5, 0x10, 0xD000_0000);
        Assert.That(QueueCountAt(0xD000_0000), Is.EqualTo(1), "entropy in slot 2 has one queue, the console has more");
    }

    [Test]
    public void WindowsOverMemoryAndAnywhereElseHarmNobody([Values(1UL, 2UL)] ulong seed)
    {
        var random = new RandomStream(seed, "pci", "windows");
        for (int round = 0; round < 20_000; round++)
        {
            int slot = (int)random.NextBelow(8);
            uint value = random.NextBelow(3) == 0 ? (uint)random.NextBelow(MachineBench.MemoryBytes) : (uint)random.Next();
            _bench.WriteConfig(slot, (int)random.NextBelow(0x40) * 4, value, 4);
            _bench.WriteConfig(slot, (int)random.NextBelow(256), (uint)random.Next(), 1 << (int)random.NextBelow(2));
            _bench.Bus.ReadDevice(_bench.ReadConfig(slot, 0x10) + random.NextBelow(0x4000), 4);
            _bench.Bus.WriteDevice((uint)random.Next(), random.Next(), 1 << (int)random.NextBelow(4));
        }

        Assert.That(_bench.ReadConfig(0, 0), Is.EqualTo(0x1237_8086), $"seed {seed}");
    }

    [Test]
    public void TheWindowThroughConfigurationSpaceReachesRegisters()
    {
        int at = (int)_bench.ReadConfig(2, 0x34, 1);
        while (_bench.ReadConfig(2, at + 3, 1) != 5) at = (int)_bench.ReadConfig(2, at + 1, 1);
        _bench.WriteConfig(2, at + 8, 0x12);
        _bench.WriteConfig(2, at + 12, 2);
        Assert.That(_bench.ReadConfig(2, at + 16), Is.EqualTo(1));
    }

    private ulong QueueCountAt(uint window) => _bench.Bus.ReadDevice((window & ~0xFul) + 0x12, 2);
}
