using TestLab.Simulation;

namespace TestLab.Machines.Tests.Virtio;

/// <summary>Drives every virtio device with rings of random bytes that look like rings; nothing may throw, hang or grow.</summary>
public sealed class VirtqueueFuzzer
{
    private const int Rounds = 1_500;

    [Test]
    public void RandomRingsHarmNobody([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new RandomStream(seed, "virtqueue", "fuzz");
        using var bench = new MachineBench();
        int needsReset = 0;
        int completed = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ushort type = (ushort)(1 + random.NextBelow(4));
            var driver = new GuestDriver(bench, type);
            int queues = (int)bench.Bus.ReadDevice(driver.Registers + 0x12, 2);
            ulong own = type switch
            {
                1 => random.Next() & 0xB803, // Checksums, segmentation, merged buffers.
                3 => 1 << 1, // Several ports.
                _ => 0,
            };
            driver.Start(random.Next() & (GuestDriver.EventIndex | GuestDriver.Indirect | own), []);
            for (int queue = 0; queue < queues; queue++) FillRing(bench, driver, queue, random);
            for (int step = 0; step < 6; step++)
            {
                driver.Notify((int)random.NextBelow((ulong)queues + 2));
                Disturb(bench, driver, random);
                bench.Advance((long)random.NextBelow(200_000));
            }

            if ((driver.Status & 0x40) != 0) needsReset++;
            for (int queue = 0; queue < queues; queue++)
                if (driver.Take(queue) is not null) completed++;
        }

        Assert.Multiple(() =>
        {
            Assert.That(needsReset, Is.GreaterThan(Rounds / 20), $"seed {seed}: the rings are broken often enough");
            Assert.That(completed, Is.GreaterThan(Rounds / 20), $"seed {seed}: and work often enough");
        });
    }

    private static void FillRing(MachineBench bench, GuestDriver driver, int queue, RandomStream random)
    {
        driver.Enable(queue);
        for (int index = 0; index < GuestDriver.QueueSize; index++)
        {
            ulong address = random.NextBelow(8) switch
            {
                0 => random.Next(),
                1 => MachineBench.MemoryBytes - random.NextBelow(32),
                2 => driver.DescriptorsOf(queue) + random.NextBelow(0x3000),
                _ => 0x40_0000 + random.NextBelow(0x1_0000),
            };
            uint length = random.NextBelow(10) == 0 ? (uint)random.Next() : (uint)random.NextBelow(2_000);
            ushort flags = (ushort)(random.NextBelow(12) == 0 ? random.Next() & 7 : random.Next() & 3);
            driver.Describe(driver.DescriptorsOf(queue), index, address, length, flags, (ushort)random.NextBelow(GuestDriver.QueueSize + 1));
        }

        byte[] noise = new byte[256];
        random.Fill(noise);
        bench.Memory.TryWrite(0x40_0000 + random.NextBelow(0x1_0000), noise);
        int count = (int)random.NextBelow(GuestDriver.QueueSize + 2);
        for (int index = 0; index < count; index++) driver.Offer(queue, (ushort)random.NextBelow(GuestDriver.QueueSize));
    }

    private static void Disturb(MachineBench bench, GuestDriver driver, RandomStream random)
    {
        switch (random.NextBelow(8))
        {
            case 0: bench.Bus.WriteDevice(driver.Registers + random.NextBelow(0x40), random.Next(), 1 << (int)random.NextBelow(4)); break;
            case 1: bench.Machine.Networks[0].Receive(new byte[14 + random.NextBelow(3000)]); break;
            case 2: bench.Machine.Console?.Receive((int)random.NextBelow(2), new byte[random.NextBelow(5000)]); break;
            case 3: bench.Bus.WriteDevice(driver.Messages + random.NextBelow(0x1000) & ~3UL, random.Next(), 4); break;
            case 4: bench.Bus.ReadDevice(driver.Registers + random.NextBelow(0x4000), 4); break;
        }
    }
}
