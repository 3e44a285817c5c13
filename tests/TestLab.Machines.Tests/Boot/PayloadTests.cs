using System.Diagnostics;
using System.IO.Compression;
using K4os.Compression.LZ4;
using TestLab.Machines.Boot;

namespace TestLab.Machines.Tests.Boot;

/// <summary>Every method that kernels are packed with unpacks to what was packed, and damage is found.</summary>
internal sealed class PayloadTests
{
    [Test]
    public void GzipUnpacks()
    {
        byte[] kernel = PseudoCode(seed: 1, 5000);
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(kernel);
        }
        // The last field of gzip's own trailer is the size.
        Assert.That(Unpack(packed.ToArray()), Is.EqualTo(kernel));
    }

    [Test]
    public void ZstdUnpacks()
    {
        byte[] kernel = PseudoCode(seed: 2, 5000);
        using ZstdSharp.Compressor compressor = new();
        byte[] packed = compressor.Wrap(kernel).ToArray();
        Assert.That(Unpack(SyntheticKernel.WithSize(packed, kernel.Length)), Is.EqualTo(kernel));
    }

    [Test]
    public void Lz4OfTheLegacyFrameUnpacksBlockAfterBlock()
    {
        byte[] kernel = PseudoCode(seed: 3, 5000);
        List<byte> packed = [0x02, 0x21, 0x4C, 0x18];
        foreach (byte[] block in kernel.Chunk(2048))
        {
            byte[] compressed = new byte[LZ4Codec.MaximumOutputSize(block.Length)];
            int bytes = LZ4Codec.Encode(block, compressed);
            packed.AddRange(BitConverter.GetBytes(bytes));
            packed.AddRange(compressed[..bytes]);
        }
        Assert.That(Unpack(SyntheticKernel.WithSize([.. packed], kernel.Length)), Is.EqualTo(kernel));
    }

    /// <summary>Judged by the host's xz; code full of calls and of opcodes in the operands of others.</summary>
    [TestCase("--lzma2=preset=9")]
    [TestCase("--x86", "--lzma2=preset=9")]
    [TestCase("--x86=start=4096", "--lzma2=lc=1,lp=2,pb=1")]
    [TestCase("--x86", "--lzma2=preset=0,lc=0,lp=0,pb=0,dict=4096")]
    [TestCase("--x86", "--block-size=3000", "--lzma2=preset=6")]
    public void XzUnpacksWhatTheToolPacked(params string[] filters)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] kernel = PseudoCode(seed, 200 * seed * seed);
            byte[] packed = Xz(["--check=crc32", .. filters], kernel);
            Assert.That(
                Unpack(SyntheticKernel.WithSize(packed, kernel.Length)), Is.EqualTo(kernel), $"seed {seed}");
        }
    }

    [Test]
    public void XzOfRandomBytesUnpacks()
    {
        byte[] kernel = new byte[200_000];
        new Random(5).NextBytes(kernel);
        byte[] packed = Xz(["--check=sha256", "--x86", "--lzma2"], kernel);
        Assert.That(Unpack(SyntheticKernel.WithSize(packed, kernel.Length)), Is.EqualTo(kernel));
    }

    [Test]
    public void ADamagedXzStreamIsFound()
    {
        byte[] kernel = PseudoCode(seed: 9, 3000);
        byte[] packed = Xz(["--check=crc32", "--x86", "--lzma2"], kernel);
        byte[] index = Xz(["--check=crc32", "--x86", "--lzma2"], []);
        // Up to the index, which nothing here needs: the size at the payload's end serves.
        for (int position = 12; position < packed.Length - index.Length; position += 7)
        {
            byte[] damaged = [.. packed];
            damaged[position] ^= 0x10;
            Assert.That(
                () => Unpack(SyntheticKernel.WithSize(damaged, kernel.Length)),
                Throws.TypeOf<BootException>(), $"byte {position}");
        }
    }

    [Test]
    public void ASizeOutOfProportionIsRefusedBeforeItIsAllocated()
    {
        byte[] payload = SyntheticKernel.WithSize([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 1], int.MaxValue);
        Assert.That(
            () => Unpack(payload),
            Throws.TypeOf<BootException>().With.Property(nameof(BootException.Error))
                .EqualTo(BootError.KernelTooLarge));
    }

    [Test]
    public void MoreDataThanTheSizeSaysIsRefused()
    {
        byte[] kernel = PseudoCode(seed: 4, 3000);
        byte[] packed = Xz(["--check=crc32", "--x86", "--lzma2"], kernel);
        Assert.That(
            () => Unpack(SyntheticKernel.WithSize(packed, kernel.Length - 1)),
            Throws.TypeOf<BootException>().With.Property(nameof(BootException.Error)).EqualTo(BootError.Damaged));
    }

    [Test]
    public void AnUnknownMethodIsNamedByItsFirstBytes()
        => Assert.That(
            () => Unpack("BZh91AY&SY    "u8.ToArray()[..10].Concat(new byte[4]).ToArray()),
            Throws.TypeOf<BootException>().With.Message.Contains("425a6839"));

    private static byte[] Unpack(byte[] payload) => BzImage.Parse(SyntheticKernel.BzImage(payload)).Decompress().ToArray();

    private static byte[] PseudoCode(int seed, int pieces)
    {
        Random random = new(seed);
        List<byte> code = [];
        for (int piece = 0; piece < pieces; piece++)
        {
            switch (random.Next(6))
            {
                case 0:
                    code.Add((byte)(0xE8 + random.Next(2)));
                    code.AddRange(BitConverter.GetBytes((random.Next(16) << 12) - code.Count));
                    break;
                case 1:
                    code.AddRange(Enumerable.Repeat((byte)0xE8, random.Next(4)));
                    break;
                case 2:
                    code.Add((byte)-random.Next(2));
                    break;
                case 3:
                    code.AddRange("The same words again and again."u8[..random.Next(31)]);
                    break;
                default:
                    code.Add((byte)random.Next(256));
                    break;
            }
        }
        return [.. code];
    }

    private static byte[] Xz(string[] options, byte[] input)
    {
        if (!File.Exists("/usr/bin/xz"))
        {
            Assert.Ignore("this host has no xz to judge by");
        }
        ProcessStartInfo start = new("/usr/bin/xz", ["--compress", "--stdout", "--format=xz", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("xz does not start");
        using MemoryStream output = new();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        reading.Wait();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
        return output.ToArray();
    }
}
