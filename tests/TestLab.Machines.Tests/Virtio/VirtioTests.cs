using System.Buffers.Binary;
using System.Text;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.Virtio;

public sealed class VirtioTests
{
    private const ulong Data = 0x40_0000;

    private MachineBench _bench = new();

    [SetUp]
    public void Create() => _bench = new MachineBench();

    [TearDown]
    public void Dispose() => _bench.Dispose();

    [Test]
    public void ADiskReadsAndWritesInVirtualTime()
    {
        var driver = new GuestDriver(_bench, 2);
        driver.Start(0, 0);
        byte[] content = [.. Enumerable.Range(0, 1024).Select(index => (byte)(index * 7))];
        Request(driver, head: 0, kind: 1, sector: 3);
        driver.Write(Data, content);
        driver.Add(0, 0, (Data - 16, 16, false), (Data, 1024, false), (Data + 0x2000, 1, true));
        driver.Notify(0);
        Assert.That(driver.Take(0), Is.Null, "a disk takes its time");
        _bench.Advance(20_000 + 1024 + 16 + 1 + 1);
        Assert.That(driver.Take(0), Is.EqualTo((0u, 1u)));
        Assert.That(driver.Read(Data + 0x2000, 1), Is.EqualTo(new byte[] { 0 }));

        Request(driver, head: 0, kind: 0, sector: 2);
        driver.Add(0, 4, (Data - 16, 16, false), (Data + 0x3000, 1536, true), (Data + 0x2000, 1, true));
        driver.Notify(0);
        _bench.Advance(1_000_000);
        Assert.That(driver.Take(0), Is.EqualTo((4u, 1537u)));
        Assert.That(driver.Read(Data + 0x3200, 1024), Is.EqualTo(content), "what was written");
        Assert.That(driver.Read(Data + 0x3000, 1)[0], Is.EqualTo(2), "the base shines through");
        Assert.That(_bench.Disk.ClusterCount, Is.EqualTo(1));
    }

    [TestCase(0u, 2047UL, 1024u, 1, TestName = "BeyondTheEnd")]
    [TestCase(0u, ulong.MaxValue, 512u, 1, TestName = "SectorOverflow")]
    [TestCase(0u, 0UL, 100u, 1, TestName = "NotWholeSectors")]
    [TestCase(99u, 0UL, 512u, 2, TestName = "UnknownRequest")]
    public void AWrongRequestGetsAnErrorStatus(uint kind, ulong sector, uint length, int status)
    {
        var driver = new GuestDriver(_bench, 2);
        driver.Start(0, 0);
        Request(driver, 0, kind, sector);
        driver.Add(0, 0, (Data - 16, 16, false), (Data, length, true), (Data + 0x2000, 1, true));
        driver.Notify(0);
        _bench.Advance(10_000_000);
        Assert.That(driver.Take(0), Is.Not.Null);
        Assert.That(driver.Read(Data + 0x2000, 1)[0], Is.EqualTo(status));
    }

    [Test]
    public void AFrameGoesOutWithItsChecksumAndTheTimeOfItsNotification()
    {
        var driver = new GuestDriver(_bench, 1);
        driver.Start(1, 0, 1);
        _bench.Advance(12_345);
        byte[] frame = new byte[60];
        new TestLab.Simulation.RandomStream(1, "net", "frame").Fill(frame);
        byte[] header = new byte[12];
        (header[0], header[6], header[8]) = (1, 34, 6); // Checksum from byte 34 on, into byte 40.
        driver.Write(Data, [.. header, .. frame]);
        driver.Add(1, 0, (Data, 12, false), (Data + 12, 60, false));
        driver.Notify(1);
        Assert.That(driver.Take(1), Is.EqualTo((0u, 0u)));
        (VirtualTime time, byte[] sent) = _bench.Cable.Frames.Single();
        Assert.That(time.Nanoseconds, Is.EqualTo(12_345));
        ushort sum = Fold(frame.AsSpan(34));
        Assert.That(BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(40)), Is.EqualTo((ushort)~sum));
        Assert.That(sent[..40], Is.EqualTo(frame[..40]));
    }

    [Test]
    public void FramesArriveInOrderAndWaitForBuffers()
    {
        var driver = new GuestDriver(_bench, 1);
        driver.Start(0, 0, 1);
        byte[] first = Enumerable.Repeat((byte)1, 100).ToArray(), second = Enumerable.Repeat((byte)2, 200).ToArray();
        driver.Add(0, 0, (Data, 1600, true));
        _bench.Machine.Networks[0].Receive(first);
        Assert.That(driver.Take(0), Is.EqualTo((0u, 112u)));
        Assert.That(driver.Read(Data + 12, 100), Is.EqualTo(first));
        _bench.Machine.Networks[0].Receive(second);
        Assert.That(driver.Take(0), Is.Null);
        driver.Add(0, 1, (Data, 1600, true));
        driver.Notify(0);
        Assert.That(driver.Take(0), Is.EqualTo((1u, 212u)));
    }

    [Test]
    public void ALongFrameSpansMergedBuffers()
    {
        var driver = new GuestDriver(_bench, 1);
        driver.Start(1 << 15, 0, 1);
        byte[] frame = [.. Enumerable.Range(0, 250).Select(index => (byte)index)];
        driver.Add(0, 0, (Data, 100, true));
        driver.Add(0, 1, (Data + 0x1000, 100, true));
        _bench.Machine.Networks[0].Receive(frame);
        _bench.Advance(100);
        Assert.That(driver.Take(0), Is.Null, "two buffers do not suffice, and none is used up");
        driver.Add(0, 2, (Data + 0x2000, 100, true));
        driver.Notify(0);
        Assert.That((driver.Take(0), driver.Take(0), driver.Take(0)), Is.EqualTo(((0u, 100u), (1u, 100u), (2u, 62u))));
        Assert.That(driver.Read(Data + 10, 1)[0], Is.EqualTo(3), "number of buffers");
        byte[] got = [.. driver.Read(Data + 12, 88), .. driver.Read(Data + 0x1000, 100), .. driver.Read(Data + 0x2000, 62)];
        Assert.That(got, Is.EqualTo(frame));
    }

    [Test]
    public void AConsolePortSaysItsNameAndCarriesBytesBothWays()
    {
        var driver = new GuestDriver(_bench, 3);
        driver.Start(1 << 1, 0, 1, 2, 3, 4, 5);
        for (ushort buffer = 0; buffer < 8; buffer++) driver.Add(2, buffer, (Data + buffer * 0x100u, 0x100, true));
        SendControl(driver, 0, 0, 1); // Device ready.
        SendControl(driver, 1, 3, 1); // Port 1 ready.
        List<string> messages = [];
        while (driver.Take(2) is { } used)
        {
            byte[] message = driver.Read(Data + used.Head * 0x100, (int)used.Length);
            messages.Add($"{message[0]} {message[4]} {message[6]} {Encoding.ASCII.GetString(message[8..])}".Trim());
        }

        Assert.That(messages, Is.EqualTo(new[] { "0 1 1", "1 1 1", "1 7 1 testlab.control", "1 6 1" }));
        SendControl(driver, 1, 6, 1);
        Assert.That(_bench.Machine.Console?.IsOpen(1), Is.True);

        driver.Write(Data + 0x2000, "from the guest"u8);
        driver.Add(5, 0, (Data + 0x2000, 14, false));
        driver.Notify(5);
        Assert.That(_bench.Control.Text, Is.EqualTo("from the guest"));

        _bench.Machine.Console?.Receive(1, "to the guest"u8);
        driver.Add(4, 0, (Data + 0x3000, 5, true));
        driver.Add(4, 1, (Data + 0x3100, 64, true));
        driver.Notify(4);
        Assert.That((driver.Take(4), driver.Take(4)), Is.EqualTo(((0u, 5u), (1u, 7u))));
        Assert.That(Encoding.ASCII.GetString(driver.Read(Data + 0x3100, 7)), Is.EqualTo(" guest".PadLeft(7, 'e')));
    }

    [Test]
    public void EntropyComesFromTheSeed()
    {
        byte[] first = Entropy(_bench);
        using var again = new MachineBench();
        Assert.That(Entropy(again), Is.EqualTo(first));
        Assert.That(first.Distinct().Count(), Is.GreaterThan(20));
    }

    [Test]
    public void IndirectDescriptorsAreFollowed()
    {
        var driver = new GuestDriver(_bench, 4);
        driver.Start(GuestDriver.Indirect, 0);
        driver.Describe(Data, 0, Data + 0x1000, 16, 3, 1);
        driver.Describe(Data, 1, Data + 0x2000, 16, 2);
        driver.Describe(driver.DescriptorsOf(0), 0, Data, 32, 4);
        driver.Offer(0, 0);
        driver.Notify(0);
        Assert.That(driver.Take(0), Is.EqualTo((0u, 32u)));
    }

    [Test]
    public void MessagesInterruptThroughTheirTableAndWaitWhileMasked()
    {
        var driver = new GuestDriver(_bench, 4);
        _bench.Bus.WriteDevice(0xFEE0_00F0, 0x1FF, 4);
        EnableMessages(driver);
        driver.Start(0, 0);
        foreach ((ulong offset, ulong value) in new[] { (16UL, 0xFEE0_0000UL), (20UL, 0UL), (24UL, 0x4051UL), (28UL, 1UL) })
            _bench.Bus.WriteDevice(driver.Messages + offset, value, 4);
        Fetch(driver, 0);
        Assert.That(_bench.Bus.HasInterrupt, Is.False);
        Assert.That(_bench.Bus.ReadDevice(driver.Messages + 0x800, 4), Is.EqualTo(2), "pending");
        _bench.Bus.WriteDevice(driver.Messages + 28, 0, 4);
        Assert.That(_bench.Bus.AcknowledgeInterrupt(), Is.EqualTo(0x51));
        Assert.That(_bench.Bus.ReadDevice(driver.Messages + 0x800, 4), Is.Zero);
    }

    [Test]
    public void WithoutMessagesTheLineIsHighUntilTheStatusIsRead()
    {
        var driver = new GuestDriver(_bench, 4);
        driver.Start(0, 0);
        Fetch(driver, 0);
        Assert.That(_bench.ReadConfig(driver.Slot, 6, 2) & 8, Is.Not.Zero);
        int line = (int)_bench.ReadConfig(driver.Slot, 0x3C, 1);
        _bench.Bus.WritePort(0xA0, 0x0A, 1);
        Assert.That(_bench.Bus.ReadPort(0xA0, 1), Is.EqualTo(1u << (line - 8)));
        Assert.That(_bench.Bus.ReadDevice(driver.Registers + 0x1000, 1), Is.EqualTo(1));
        Assert.That(_bench.Bus.ReadPort(0xA0, 1), Is.Zero);
    }

    [Test]
    public void TheEventIndexSaysWhenToInterruptAndToNotify()
    {
        var driver = new GuestDriver(_bench, 4);
        driver.Start(GuestDriver.EventIndex, 0);
        _bench.Memory.TryWriteUInt16(driver.DriverRingOf(0) + 4 + 2 * GuestDriver.QueueSize, 2);
        for (ushort round = 0; round < 4; round++)
        {
            Fetch(driver, round);
            bool interrupts = _bench.Bus.ReadDevice(driver.Registers + 0x1000, 1) == 1;
            Assert.That(interrupts, Is.EqualTo(round == 2), $"after request {round}");
            _bench.Memory.TryReadUInt16(driver.DeviceRingOf(0) + 4 + 8 * GuestDriver.QueueSize, out ushort wanted);
            Assert.That(wanted, Is.EqualTo(round + 1));
        }
    }

    [TestCase("loop")]
    [TestCase("outside")]
    [TestCase("order")]
    [TestCase("nested")]
    [TestCase("index")]
    [TestCase("overrun")]
    public void ABrokenRingAsksForAReset(string kind)
    {
        var driver = new GuestDriver(_bench, 4);
        driver.Start(GuestDriver.Indirect, 0);
        ulong table = driver.DescriptorsOf(0);
        switch (kind)
        {
            case "loop": driver.Describe(table, 0, Data, 4, 3, 0); break;
            case "outside": driver.Describe(table, 0, MachineBench.MemoryBytes - 2, 4, 2); break;
            case "order":
                driver.Describe(table, 0, Data, 4, 3, 1);
                driver.Describe(table, 1, Data, 4, 0);
                break;
            case "nested":
                driver.Describe(table, 0, Data, 16, 4);
                driver.Describe(Data, 0, Data, 16, 4);
                break;
            case "index": driver.Describe(table, 0, Data, 4, 3, 200); break;
            case "overrun": _bench.Memory.TryWriteUInt16(driver.DriverRingOf(0) + 2, 500); break;
        }

        if (kind != "overrun") driver.Offer(0, 0);
        driver.Notify(0);
        Assert.That(driver.Status & 0x40, Is.Not.Zero);
        driver.Start(0, 0);
        Assert.That(driver.Status, Is.EqualTo(0x0F), "a reset makes it whole");
        Fetch(driver, 0);
    }

    [Test]
    public void FeaturesThatAreNotOfferedAreRefused()
    {
        var driver = new GuestDriver(_bench, 4) { Status = 3 };
        _bench.Bus.WriteDevice(driver.Registers + 0x08, 0, 4);
        _bench.Bus.WriteDevice(driver.Registers + 0x0C, 1u << 20, 4);
        driver.Status = 3 | 8;
        Assert.That(driver.Status, Is.EqualTo(3));
    }

    private static byte[] Entropy(MachineBench bench)
    {
        var driver = new GuestDriver(bench, 4);
        driver.Start(0, 0);
        driver.Add(0, 0, (Data, 64, true));
        driver.Notify(0);
        Assert.That(driver.Take(0), Is.EqualTo((0u, 64u)));
        return driver.Read(Data, 64);
    }

    private static ushort Fold(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int index = 0; index < bytes.Length; index += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[index..]);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }

    private static void Fetch(GuestDriver driver, ushort head)
    {
        driver.Add(0, head, (Data, 8, true));
        driver.Notify(0);
        Assert.That(driver.Take(0), Is.EqualTo(((uint)head, 8u)));
    }

    private static void Request(GuestDriver driver, ushort head, uint kind, ulong sector)
    {
        byte[] header = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(header, kind);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), sector);
        driver.Write(Data - 16 - head, header);
    }

    private static void SendControl(GuestDriver driver, uint port, ushort message, ushort value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, port);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), message);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), value);
        driver.Write(Data + 0x1000, bytes);
        driver.Add(3, 0, (Data + 0x1000, 8, false));
        driver.Notify(3);
        Assert.That(driver.Take(3), Is.Not.Null);
    }

    private void EnableMessages(GuestDriver driver)
    {
        for (uint at = _bench.ReadConfig(driver.Slot, 0x34, 1); at != 0; at = _bench.ReadConfig(driver.Slot, (int)at + 1, 1))
            if (_bench.ReadConfig(driver.Slot, (int)at, 1) == 0x11) _bench.WriteConfig(driver.Slot, (int)at + 2, 0x8000, 2);
    }
}
