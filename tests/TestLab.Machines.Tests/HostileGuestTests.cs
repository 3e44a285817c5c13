namespace TestLab.Machines.Tests;

/// <summary>A guest that touches everything: all ports, model registers and device addresses, with random values.</summary>
public sealed class HostileGuestTests
{
    private static readonly ulong[] DeviceWindows = [0xFEE0_0000, 0xFEC0_0000, 0xE000_0000, 0xC000_0000, 0xFFFF_F000];

    [Test]
    public void ScansOfEverythingHarmNobodyAndAreEqualTwice([Range(1, 4)] int seed)
    {
        using var first = new MachineBench();
        using var second = new MachineBench();
        Scan(first, new Random(seed));
        Scan(second, new Random(seed));
        Assert.That(second.Machine.StateHash(), Is.EqualTo(first.Machine.StateHash()), $"seed {seed}");
    }

    [Test]
    public void EveryPortAnswersEverySize()
    {
        using var bench = new MachineBench();
        for (int port = 0; port <= ushort.MaxValue; port++)
        {
            foreach (int size in (int[])[1, 2, 4])
            {
                uint value = bench.Bus.ReadPort((ushort)port, size);
                Assert.That(size == 4 || value >> (8 * size) == 0, $"port {port:x} gives {value:x} for {size} bytes");
                bench.Bus.WritePort((ushort)port, uint.MaxValue, size);
            }
        }

        bench.Machine.Run(bench.Machine.Now.After(1_000_000));
    }

    private static void Scan(MachineBench bench, Random random)
    {
        for (int round = 0; round < 60; round++)
        {
            for (int access = 0; access < 4000; access++) Touch(bench, random);
            bench.Machine.Run(bench.Machine.Now.After(100_000));
        }
    }

    private static void Touch(MachineBench bench, Random random)
    {
        int size = 1 << random.Next(4);
        ulong value = (ulong)random.NextInt64();
        ulong address = DeviceWindows[random.Next(DeviceWindows.Length)] + (ulong)random.Next(0x8000);
        ushort port = random.Next(3) == 0 ? (ushort)random.Next(65536) : (ushort)random.Next(0x700);
        uint register = random.Next(2) == 0 ? (uint)random.Next(0x1000) : 0xC000_0000 + (uint)random.Next(0x200);
        switch (random.Next(6))
        {
            case 0: bench.Bus.ReadDevice(address, size); break;
            case 1: bench.Bus.WriteDevice(address, value, size); break;
            case 2: bench.Bus.ReadPort(port, Math.Min(size, 4)); break;
            case 3: bench.Bus.WritePort(port, (uint)value, Math.Min(size, 4)); break;
            case 4: bench.Bus.TryReadModelSpecificRegister(register, out _); break;
            default: bench.Bus.TryWriteModelSpecificRegister(register, value); break;
        }
    }
}
