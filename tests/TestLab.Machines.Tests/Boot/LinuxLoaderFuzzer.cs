using System.IO.Compression;
using TestLab.Machines.Boot;

namespace TestLab.Machines.Tests.Boot;

/// <summary>
/// Damaged headers end in a typed error or in a plan that stays inside the machine; nothing else happens.
/// </summary>
internal sealed class LinuxLoaderFuzzer
{
    private const int Rounds = 3000;
    private const ulong RamBytes = 64 << 20;

    // A round may not write more than the kernel's limit, the tables and the RAM disk.
    private const long WrittenMaximum = (2L * KernelLimits.KernelBytes) + (1 << 20);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void NothingUnexpectedHappens(int seed)
    {
        Random random = new(seed);
        byte[][] kernels =
        [
            SyntheticKernel.Elf64(), SyntheticKernel.Elf32(), Image(SyntheticKernel.Elf64()),
            Image(SyntheticKernel.Elf32()),
        ];
        int loaded = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] kernel = Mutate(random, kernels[random.Next(kernels.Length)]);
            BootProtocol protocol = (BootProtocol)random.Next(5);
            SparseMemory memory = new(RamBytes);
            try
            {
                LinuxLoader.Load(
                    new LinuxBoot
                    {
                        Kernel = kernel,
                        Initrd = new byte[random.Next(10_000)],
                        Memory = new MemoryLayout(RamBytes),
                        Protocol = protocol,
                    },
                    memory.Write);
                loaded++;
            }
            catch (BootException)
            {
                // What is wanted.
            }
            catch (Exception unexpected) when (unexpected is not AssertionException)
            {
                Assert.Fail($"seed {seed}, round {round}, {protocol}: {unexpected}");
            }
            Assert.That(memory.Written, Is.LessThan(WrittenMaximum), $"seed {seed}, round {round}");
        }
        Assert.That(loaded, Is.GreaterThan(0).And.LessThan(Rounds), "the mutations neither miss nor ruin everything");
    }

    private static byte[] Image(byte[] elf)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(elf);
        }
        return SyntheticKernel.BzImage(packed.ToArray());
    }

    private static byte[] Mutate(Random random, byte[] original)
    {
        byte[] kernel = [.. original];
        int changes = random.Next(1, 4);
        for (int change = 0; change < changes; change++)
        {
            int position = random.Next(2) == 0 ? random.Next(0x280) : random.Next(kernel.Length);
            position = Math.Min(position, kernel.Length - 1);
            kernel[position] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => 0xFF,
                _ => (byte)(kernel[position] ^ (1 << random.Next(8))),
            };
        }
        return random.Next(8) == 0 ? kernel[..random.Next(kernel.Length)] : kernel;
    }
}
