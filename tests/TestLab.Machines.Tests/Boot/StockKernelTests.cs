using System.Diagnostics;
using TestLab.Images;
using TestLab.Machines.Boot;

namespace TestLab.Machines.Tests.Boot;

/// <summary>Debian's own kernels, out of the image cache; the first run needs the network to fill it.</summary>
[Category("Slow")]
internal sealed class StockKernelTests
{
    [TestCase("tiny:11", BootProtocol.Pvh)]
    [TestCase("tiny:12", BootProtocol.Pvh)]
    [TestCase("tiny:13", BootProtocol.Pvh)]
    [TestCase("tiny:12-i386", BootProtocol.Pvh)]
    [TestCase("tiny:12-i386-686", BootProtocol.Linux32)]
    public async Task AStockKernelIsPlacedInTheMemoryOfItsImage(string name, BootProtocol expected)
    {
        GuestImage image = await Build(name);
        ulong ram = (ulong)image.Manifest.MemoryMebibytes << 20;
        byte[] kernel = File.ReadAllBytes(image.KernelPath);
        Stopwatch watch = Stopwatch.StartNew();
        byte[] elf = BzImage.Parse(kernel).Decompress().ToArray();
        TestContext.Out.WriteLine($"{name}: {elf.Length >> 20} MiB decompressed in {watch.ElapsedMilliseconds} ms");
        SparseMemory memory = new(ram);
        BootPlan plan = LinuxLoader.Load(
            new LinuxBoot
            {
                Kernel = kernel,
                Initrd = File.ReadAllBytes(image.InitrdPath),
                CommandLine = image.Manifest.CommandLine,
                Memory = new MemoryLayout(ram),
            },
            memory.Write);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Protocol, Is.EqualTo(expected));
            Assert.That(plan.Kernel.Address, Is.EqualTo(0x1000000));
            Assert.That(plan.Entry.InstructionPointer, Is.InRange(plan.Kernel.Address, plan.Kernel.End));
            Assert.That(memory.Read(plan.Initrd.Address, 6), Is.EqualTo("070701"u8.ToArray()));
        }
    }

    /// <summary>The host's xz unpacks the same bytes.</summary>
    [Test]
    public async Task TheDecoderAgreesWithTheHostsTool()
    {
        GuestImage image = await Build("tiny:12");
        byte[] kernel = File.ReadAllBytes(image.KernelPath);
        BzImage header = BzImage.Parse(kernel);
        byte[] payload = header.ProtectedModeCode.Slice((int)header.PayloadOffset, (int)header.PayloadLength - 4)
            .ToArray();
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, "payload.xz");
        File.WriteAllBytes(file, payload);
        using Process xz = Process.Start(new ProcessStartInfo("xz", ["--decompress", "--stdout", file])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("xz does not start");
        using MemoryStream expected = new();
        await xz.StandardOutput.BaseStream.CopyToAsync(expected);
        Assert.That(header.Decompress().Span.SequenceEqual(expected.ToArray()), Is.True);
    }

    private static async Task<GuestImage> Build(string name)
    {
        try
        {
            return await new ImageBuilder(new ImageCatalog()).BuildAsync(ImageName.Parse(name));
        }
        catch (ImageException reason)
        {
            Assert.Ignore($"the image cannot be had: {reason.Message}");
            throw;
        }
    }
}
