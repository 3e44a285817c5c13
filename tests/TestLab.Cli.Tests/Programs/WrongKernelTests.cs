using System.Buffers.Binary;

namespace TestLab.Cli.Tests.Programs;

/// <summary>Files that are no kernels, or not whole ones.</summary>
public sealed class WrongKernelTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("kernels").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ATextIsNoKernel() => AssertLine(Boot([.. Enumerable.Repeat((byte)'x', 5000)]),
        "the file is not a kernel: it has no Linux setup header; name a bzImage (/boot/vmlinuz-*) or an ELF kernel");

    [Test]
    public void AKernelThatEndsInItsFirstPartIsCutShort() => AssertLine(Boot(SetupHeader()),
        "the kernel is cut short: it ends in its real-mode part of 2560 bytes; copy the file anew");

    [Test]
    public void AProgramOfThisHostIsNoKernel()
    {
        Outcome outcome = TestLabProgram.Run("boot", "--kernel", "/bin/sh");
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.Errors);
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), outcome.Errors);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(64)]
    [TestCase(513)]
    public void APieceOfAnElfFileIsOneLineToo(int length)
    {
        Outcome outcome = Boot(File.ReadAllBytes("/bin/sh")[..length]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.Errors);
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), outcome.Errors);
    }

    private Outcome Boot(byte[] kernel)
    {
        string file = Path.Combine(_folder, "kernel");
        File.WriteAllBytes(file, kernel);
        return TestLabProgram.Run("boot", "--kernel", file);
    }

    private void AssertLine(Outcome outcome, string line) => Assert.That(outcome,
        Is.EqualTo(new Outcome(2, "", $"testlab: {Path.Combine(_folder, "kernel")}: {line}\n")));

    private static byte[] SetupHeader()
    {
        byte[] header = new byte[1024];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x1FE), 0xAA55);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x202), 0x53726448);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x206), 0x20F);
        header[0x1F1] = 4;
        return header;
    }
}
