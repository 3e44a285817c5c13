using TestLab.Machines.Snapshots;
using TestLab.Machines.Tests.Virtio;
using TestLab.Simulation;

namespace TestLab.Machines.Tests;

/// <summary>The one contract of every device: save, disturb, restore; state and answers are as before.</summary>
public sealed class StateTests
{
    private static readonly ushort[] Ports =
    [
        0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1, 0x40, 0x41, 0x42, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0x92, 0x600, 0x602, 0x608,
        0x3F8, 0x3F9, 0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x3FE, 0x3FF, 0x2F8, 0x2F9, 0x2FA, 0x2FB, 0x2FC, 0xCF8, 0xCFC,
    ];

    [Test]
    public void EveryDeviceComesBackAsItWas([Range(1, 12)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new RandomStream((ulong)seed, "contract", "pokes");
        using var bench = new MachineBench();
        new GuestDriver(bench, 2).Start(0, 0);
        Poke(bench, random, 2_000);
        using var saved = new MemoryStream();
        bench.Machine.Save(saved);
        StateHash hash = bench.Machine.StateHash();
        ulong mark = random.Index;
        List<ulong> answers = Poke(bench, random, 500);
        StateHash later = bench.Machine.StateHash();

        Poke(bench, random, 2_000);
        Assert.That(bench.Machine.StateHash(), Is.Not.EqualTo(hash), $"seed {seed}: disturbed");

        // Into the disturbed machine, and into a new one.
        using var other = new MachineBench();
        foreach (MachineBench target in (MachineBench[])[bench, other])
        {
            saved.Position = 0;
            target.Machine.Restore(saved);
            Assert.That(target.Machine.StateHash(), Is.EqualTo(hash), $"seed {seed}: state");
            random.Index = mark;
            Assert.That(Poke(target, random, 500), Is.EqualTo(answers), $"seed {seed}: answers");
            Assert.That(target.Machine.StateHash(), Is.EqualTo(later), $"seed {seed}: what follows");
        }
    }

    [Test]
    public void ADamagedSnapshotIsOneError([Values(1UL, 2UL)] ulong seed)
    {
        var random = new RandomStream(seed, "snapshot", "damage");
        using var bench = new MachineBench();
        Poke(bench, random, 500);
        using var saved = new MemoryStream();
        bench.Machine.Save(saved);
        byte[] whole = saved.ToArray();
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = [.. whole];
            if (round % 3 == 0) damaged = damaged[..(int)random.NextBelow((ulong)whole.Length)];
            else damaged[(int)random.NextBelow((ulong)whole.Length)] ^= (byte)(1 + random.NextBelow(255));
            Assert.That(() => bench.Machine.Restore(new MemoryStream(damaged)), Throws.TypeOf<SnapshotException>(), $"seed {seed} round {round}");
        }

        bench.Machine.Restore(new MemoryStream(whole));
        Assert.That(bench.Machine.Now, Is.GreaterThan(VirtualTime.Zero));
    }

    [Test]
    public void ASnapshotOfAnotherMachineIsRefused()
    {
        using var small = new PersonalComputer(new MachineOptions { MemoryBytes = 4 << 20 });
        using var large = new PersonalComputer(new MachineOptions { MemoryBytes = 8 << 20 });
        using var saved = new MemoryStream();
        small.Save(saved);
        saved.Position = 0;
        Assert.That(() => large.Restore(saved), Throws.TypeOf<SnapshotException>().With.Message.Contains("another machine"));
    }

    [Test]
    public void AResetBringsBackPowerOnButKeepsClockAndDisks()
    {
        using var bench = new MachineBench();
        byte[][] before = [.. bench.Machine.Parts.Resettable.Select(MachineParts.Save)];
        Poke(bench, new RandomStream(5, "reset", "pokes"), 3_000);
        bench.Machine.Reset();
        Assert.Multiple(() =>
        {
            for (int index = 0; index < before.Length; index++)
            {
                StatePart part = bench.Machine.Parts.Resettable[index];
                Assert.That(MachineParts.Save(part), Is.EqualTo(before[index]), part.Name);
            }
        });
        Assert.That(bench.Machine.Now, Is.GreaterThan(VirtualTime.Zero));
    }

    [Test]
    public void AnHourOfSleepIsCheap()
    {
        using var bench = new MachineBench();
        Assert.That(bench.Machine.Run(VirtualTime.FromSeconds(3600)), Is.EqualTo(RunResult.TimeReached));
        Assert.That(bench.Machine.Now, Is.EqualTo(VirtualTime.FromSeconds(3600)));
        Assert.That(bench.Machine.Statistics.Exits.Sum(count => (long)count), Is.LessThan(100));
    }

    [Test]
    public void ThePowerSwitchEndsTheRun()
    {
        using var bench = new MachineBench();
        bench.Bus.WritePort(0x604, 0x2000 | 5 << 10, 2);
        Assert.That(bench.Machine.Run(VirtualTime.FromSeconds(1)), Is.EqualTo(RunResult.PoweredOff));
    }

    [TestCase((ushort)0x64, 0xFEu, ResetCause.KeyboardController)]
    [TestCase((ushort)0x92, 0x03u, ResetCause.FastControlPort)]
    [TestCase((ushort)0xCF9, 0x06u, ResetCause.ResetRegister)]
    public void EveryResetIsReportedWithItsCause(ushort port, uint value, ResetCause cause)
    {
        using var bench = new MachineBench();
        bench.Bus.WritePort(port, value, 1);
        Assert.That(bench.Machine.Run(VirtualTime.FromSeconds(1)), Is.EqualTo(RunResult.ResetRequested));
        Assert.That(bench.Machine.ResetCause, Is.EqualTo(cause));
    }

    [Test]
    public unsafe void ATripleFaultIsAReset()
    {
        // No firmware answers at the reset vector, so the first fetch faults; without a table no fault has a handler.
        using var bench = new MachineBench(sleeps: false);
        bench.Machine.Processor.State->Idtr.Limit = 0;
        Assert.That(bench.Machine.Run(VirtualTime.FromMilliseconds(1)), Is.EqualTo(RunResult.ResetRequested));
        Assert.That(bench.Machine.ResetCause, Is.EqualTo(ResetCause.TripleFault));
    }

    /// <summary>Random reads and writes of all devices, and time between them; the answers.</summary>
    private static List<ulong> Poke(MachineBench bench, RandomStream random, int count)
    {
        List<ulong> answers = [];
        for (int step = 0; step < count; step++)
        {
            ushort port = Ports[(int)random.NextBelow((ulong)Ports.Length)];
            uint value = (uint)random.Next();
            // Neither switched off nor reset: the machine is to stay in use.
            if (port is 0x64 && value % 256 >= 0xF0 || port is 0x92) value &= 0xFE;
            if (port is 0x64 && (value & 0xF0) == 0xF0) value &= 0x0F;
            if (port is 0x60) value |= 1;
            switch (random.NextBelow(9))
            {
                case 0 or 1 or 2: bench.Bus.WritePort(port, value, port == 0xCF8 ? 4 : 1); break;
                case 3 or 4: answers.Add(bench.Bus.ReadPort(port, 1)); break;
                case 5: bench.Bus.WriteDevice(0xFEE0_0000 + random.NextBelow(64) * 16, value, 4); break;
                case 6:
                    bench.Bus.WriteDevice(0xFEC0_0000, random.NextBelow(64), 4);
                    bench.Bus.WriteDevice(0xFEC0_0010, value, 4);
                    break;
                case 7: answers.Add(bench.Bus.ReadDevice(0xFEE0_0000 + random.NextBelow(64) * 16, 4)); break;
                default: PokeBackends(bench, random); break;
            }

            if (bench.Bus.HasInterrupt && random.NextBelow(2) == 0) answers.Add((ulong)bench.Bus.AcknowledgeInterrupt());
        }

        return answers;
    }

    private static void PokeBackends(MachineBench bench, RandomStream random)
    {
        switch (random.NextBelow(6))
        {
            case 0: bench.Machine.SerialPorts[(int)random.NextBelow(2)].Receive(new byte[random.NextBelow(30)]); break;
            case 1: bench.Machine.Console?.Receive((int)random.NextBelow(2), new byte[random.NextBelow(30)]); break;
            case 2: bench.Machine.Networks[0].Receive(new byte[60]); break;
            case 3: bench.Disk.TryWrite(random.NextBelow(MachineBench.DiskSectors), new byte[512]); break;
            case 4: bench.Memory.TryWriteUInt64(random.NextBelow(MachineBench.MemoryBytes - 8), random.Next()); break;
            default: bench.Advance((long)random.NextBelow(3_000_000)); break;
        }
    }
}
