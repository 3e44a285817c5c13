using TestLab.Processor.Memory;

namespace TestLab.Processor.Tests.Memory;

public sealed class GuestMemoryTests
{
    [Test]
    public void FreshMemoryIsZeroAndOwnsNoPage()
    {
        using var memory = new GuestMemory(16 << 20);
        byte[] bytes = new byte[5000];
        Assert.Multiple(() =>
        {
            Assert.That(memory.TryRead(0x1234, bytes), Is.True);
            Assert.That(bytes, Is.All.Zero);
            Assert.That(memory.PrivatePageCount, Is.Zero);
        });
    }

    [Test]
    public void AWriteAcrossPagesOwnsJustThePagesItTouches()
    {
        using var memory = new GuestMemory(16 << 20);
        byte[] bytes = [.. Enumerable.Range(0, 8200).Select(i => (byte)i)];
        memory.TryWrite(0xFFE, bytes);
        byte[] back = new byte[8200];
        memory.TryRead(0xFFE, back);
        Assert.Multiple(() =>
        {
            Assert.That(back, Is.EqualTo(bytes));
            Assert.That(memory.PrivatePageCount, Is.EqualTo(4));
            Assert.That(memory.FlagsOf(3), Is.EqualTo(PageFlags.Private | PageFlags.Dirty));
            Assert.That(memory.FlagsOf(4), Is.EqualTo(PageFlags.None));
        });
    }

    [TestCase(0xBFFF_FFFFUL, 1UL, true)]
    [TestCase(0xBFFF_FFFFUL, 2UL, false)]
    [TestCase(0xC000_0000UL, 1UL, false)]
    [TestCase(0xFFFF_FFFFUL, 1UL, false)]
    [TestCase(0x1_0000_0000UL, 0x4000_0000UL, true)]
    [TestCase(0x1_0000_0000UL, 0x4000_0001UL, false)]
    [TestCase(0xB000_0000UL, 0x6000_0000UL, false)]
    [TestCase(ulong.MaxValue, 2UL, false)]
    public void RamHasAHoleBelowFourGibibytes(ulong address, ulong length, bool expected)
    {
        using var memory = new GuestMemory(4UL << 30);
        Assert.That(memory.IsRam(address, length), Is.EqualTo(expected));
    }

    [Test]
    public void NothingIsWrittenWhereARangeLeavesRam()
    {
        using var memory = new GuestMemory(1 << 20);
        Assert.Multiple(() =>
        {
            Assert.That(memory.TryWrite((1 << 20) - 2, [1, 2, 3]), Is.False);
            Assert.That(memory.TryReadUInt16((1 << 20) - 2, out ushort value), Is.True);
            Assert.That(value, Is.Zero);
        });
    }

    [Test]
    public void ForksShareUntilTheyWriteAndNeverSeeEachOther()
    {
        using var parent = new GuestMemory(1 << 20);
        parent.TryWriteUInt64(0x5000, 1);
        using GuestMemory child = parent.Fork();
        using GuestMemory grandchild = child.Fork();
        parent.TryWriteUInt64(0x5000, 2);
        child.TryWriteUInt64(0x5008, 3);
        parent.TryReadUInt64(0x5000, out ulong parentValue);
        child.TryReadUInt64(0x5000, out ulong childValue);
        grandchild.TryReadUInt64(0x5008, out ulong grandchildValue);
        Assert.Multiple(() =>
        {
            Assert.That((parentValue, childValue, grandchildValue), Is.EqualTo((2UL, 1UL, 0UL)));
            Assert.That(grandchild.PrivatePageCount, Is.Zero);
        });
    }

    [Test]
    public void AForkOutlivesTheMemoryItCameFrom()
    {
        GuestMemory parent = new(1 << 20);
        parent.TryWriteUInt64(0x5000, 42);
        using GuestMemory child = parent.Fork();
        parent.Dispose();
        child.TryReadUInt64(0x5000, out ulong value);
        Assert.That(value, Is.EqualTo(42UL));
    }

    [Test]
    public void AThousandMachinesThatShareAnImageFitInTwoGibibytes()
    {
        using var image = new GuestMemory(128 << 20);
        byte[] page = new byte[GuestMemory.PageSize];
        for (ulong address = 0; address < image.SizeBytes; address += GuestMemory.PageSize)
        {
            page[0] = (byte)(address >> 12);
            image.TryWrite(address, page);
        }

        long before = Environment.WorkingSet;
        var machines = new List<BareMachine>();
        for (int i = 0; i < 1000; i++)
        {
            machines.Add(new BareMachine(image.Fork()));
            machines[i].Memory.TryWriteUInt64(0x3000, (ulong)i);
        }

        long grown = Environment.WorkingSet - before;
        machines[17].Memory.TryReadUInt64(0x3000, out ulong own);
        foreach (BareMachine machine in machines) machine.Dispose();
        TestContext.Out.WriteLine($"1,000 machines of 128 MiB: {grown >> 20} MiB beside the image");
        Assert.Multiple(() =>
        {
            Assert.That(own, Is.EqualTo(17UL));
            Assert.That(grown, Is.LessThan(2L << 30));
        });
    }
}
