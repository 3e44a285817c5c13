using System.IO.Compression;
using System.Text;
using TestLab.Machines.Boot;

namespace TestLab.Machines.Tests.Boot;

/// <summary>Where the loader puts things, what the kernel is told, and what the user is told of bad input.</summary>
internal sealed class LinuxLoaderTests
{
    private const ulong Mebibyte = 1 << 20;

    private static readonly byte[] _initrd = Encoding.ASCII.GetBytes("an initial RAM disk");

    private static byte[] Compressed(byte[] elf, bool is64Bit = true)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
        {
            gzip.Write(elf);
        }
        return SyntheticKernel.BzImage(packed.ToArray(), is64Bit);
    }

    private static LinuxBoot Boot(byte[] kernel, BootProtocol protocol = BootProtocol.Automatic, ulong mebibytes = 64)
        => new()
        {
            Kernel = kernel,
            Initrd = _initrd,
            CommandLine = "console=ttyS0",
            Memory = new MemoryLayout(mebibytes * Mebibyte),
            Protocol = protocol,
            AcpiRootPointer = 0xE0000,
        };

    private static (BootPlan Plan, SparseMemory Memory) Load(LinuxBoot boot)
    {
        SparseMemory memory = new(boot.Memory.RamBytes);
        return (LinuxLoader.Load(boot, memory.Write), memory);
    }

    [Test]
    public void AKernelWithThePvhNoteStartsByPvh()
    {
        (BootPlan plan, SparseMemory memory) = Load(Boot(Compressed(SyntheticKernel.Elf64())));
        ulong info = plan.Entry.Rbx;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Protocol, Is.EqualTo(BootProtocol.Pvh));
            Assert.That(plan.Entry.Mode, Is.EqualTo(EntryMode.Protected32));
            Assert.That(plan.Entry.InstructionPointer, Is.EqualTo(SyntheticKernel.PvhEntry));
            Assert.That(plan.Entry.Cr0 & 0x80000001, Is.EqualTo(1), "protected mode, no paging");
            Assert.That(memory.UInt32(info), Is.EqualTo(0x336EC578), "magic");
            Assert.That(memory.UInt32(info + 4), Is.EqualTo(1), "version");
            Assert.That(memory.UInt32(info + 12), Is.EqualTo(1), "modules");
            Assert.That(Text(memory, memory.UInt64(info + 24)), Is.EqualTo("console=ttyS0"));
            Assert.That(memory.UInt64(info + 32), Is.EqualTo(0xE0000), "root pointer");
            ulong module = memory.UInt64(info + 16);
            Assert.That(
                memory.Read(memory.UInt64(module), (int)memory.UInt64(module + 8)), Is.EqualTo(_initrd));
            ulong map = memory.UInt64(info + 40);
            Assert.That(memory.UInt32(info + 48), Is.EqualTo(3), "ranges");
            Assert.That(memory.UInt64(map + 8), Is.EqualTo(0x9FC00), "memory below the hole");
            Assert.That(memory.UInt64(map + 48), Is.EqualTo(Mebibyte));
            Assert.That(memory.UInt64(map + 56), Is.EqualTo(63 * Mebibyte));
        }
    }

    [Test]
    public void TheKernelStandsAtItsLinkedAddressWithZerosBehind()
    {
        LinuxBoot boot = Boot(SyntheticKernel.Elf64());
        SparseMemory memory = new(boot.Memory.RamBytes);
        memory.Write(SyntheticKernel.LoadAddress, Enumerable.Repeat((byte)0xA5, 0x4000).ToArray());
        LinuxLoader.Load(boot, memory.Write);
        byte[] expected = new byte[0x4000];
        SyntheticKernel.Code.CopyTo(expected, 0);
        expected.AsSpan((int)SyntheticKernel.MemoryBytes).Fill(0xA5);
        Assert.That(memory.Read(SyntheticKernel.LoadAddress, 0x4000), Is.EqualTo(expected));
    }

    [Test]
    public void A64BitKernelWithoutTheNoteStartsInLongModeWithTheZeroPage()
    {
        (BootPlan plan, SparseMemory memory) = Load(Boot(Compressed(SyntheticKernel.Elf64(hasPvhEntry: false))));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Protocol, Is.EqualTo(BootProtocol.Linux64));
            Assert.That(plan.Entry.Mode, Is.EqualTo(EntryMode.Long64));
            Assert.That(plan.Entry.InstructionPointer, Is.EqualTo(SyntheticKernel.LoadAddress));
            Assert.That(plan.Entry.ExtendedFeatures, Is.EqualTo(0x500));
            Assert.That(memory.UInt64(plan.Entry.DescriptorTableBase + 0x10), Is.EqualTo(0x00AF9B000000FFFF));
        }
        AssertZeroPage(plan, memory);
        for (ulong address = 0; address < 4096 * Mebibyte; address += 0x1234567)
        {
            Assert.That(Translate(memory, plan.Entry.Cr3, address), Is.EqualTo(address));
        }
    }

    [Test]
    public void A32BitKernelStartsInProtectedModeWithTheZeroPage()
    {
        (BootPlan plan, SparseMemory memory) = Load(Boot(Compressed(SyntheticKernel.Elf32(), is64Bit: false)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Protocol, Is.EqualTo(BootProtocol.Linux32));
            Assert.That(plan.Entry.Mode, Is.EqualTo(EntryMode.Protected32));
            Assert.That(plan.Entry.InstructionPointer, Is.EqualTo(SyntheticKernel.LoadAddress));
            Assert.That(memory.UInt64(plan.Entry.DescriptorTableBase + 0x10), Is.EqualTo(0x00CF9B000000FFFF));
            Assert.That(memory.UInt64(plan.Entry.DescriptorTableBase + 0x18), Is.EqualTo(0x00CF93000000FFFF));
            Assert.That(memory.UInt64(plan.Entry.DescriptorTableBase + 0x20), Is.EqualTo(0x00008B0006000067));
        }
        AssertZeroPage(plan, memory);
    }

    [TestCase(true, 0x200u)]
    [TestCase(false, 0u)]
    public void TheGuestDecompressesWhenAsked(bool is64Bit, uint entry)
    {
        byte[] image = Compressed(SyntheticKernel.Elf64(), is64Bit);
        (BootPlan plan, SparseMemory memory) = Load(Boot(image, BootProtocol.GuestDecompression));
        byte[] code = image[2560..];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Entry.InstructionPointer, Is.EqualTo(SyntheticKernel.LoadAddress + entry));
            Assert.That(memory.Read(SyntheticKernel.LoadAddress, code.Length), Is.EqualTo(code));
            Assert.That(plan.Initrd.Address, Is.GreaterThanOrEqualTo(plan.Kernel.End));
            Assert.That(plan.Kernel.Bytes, Is.EqualTo(0x100000), "the space to work in");
        }
        AssertZeroPage(plan, memory);
    }

    [Test]
    public void MemoryBeyondThreeGibibytesStandsAboveFour()
        => Assert.That(new MemoryLayout(5UL << 30).Ranges(), Is.EqualTo(new MemoryRange[]
        {
            new(0, 0x9FC00, MemoryKind.Usable),
            new(0x9FC00, 0x60400, MemoryKind.Reserved),
            new(Mebibyte, (3UL << 30) - Mebibyte, MemoryKind.Usable),
            new(4UL << 30, 2UL << 30, MemoryKind.Usable),
        }));

    [Test]
    public void WithoutAnInitialRamDiskThereIsNoModule()
    {
        (BootPlan plan, SparseMemory memory) = Load(Boot(SyntheticKernel.Elf64()) with { Initrd = default });
        Assert.That(memory.UInt32(plan.Entry.Rbx + 12), Is.Zero);
    }

    [TestCase(BootError.NotAKernel, "a text")]
    [TestCase(BootError.NotAKernel, "")]
    public void WhatIsNoKernelIsRefused(BootError error, string content)
        => AssertError(error, Boot(Encoding.ASCII.GetBytes(content)));

    [Test]
    public void AnElfFileForAnotherMachineIsRefused()
    {
        byte[] kernel = SyntheticKernel.Elf64();
        SyntheticKernel.Put16(kernel, 0x12, 183);
        AssertError(BootError.NotAKernel, Boot(kernel));
    }

    [Test]
    public void EveryTruncationIsATypedError()
    {
        byte[] kernel = Compressed(SyntheticKernel.Elf64());
        for (int bytes = 0; bytes < kernel.Length; bytes++)
        {
            LinuxBoot boot = Boot(kernel[..bytes]);
            Assert.That(() => Load(boot), Throws.TypeOf<BootException>(), $"{bytes} bytes");
        }
        AssertError(BootError.Truncated, Boot(kernel[..^1]));
    }

    [Test]
    public void TooLittleMemoryNamesWhatIsNeeded()
    {
        BootException error = AssertError(BootError.TooLittleMemory, Boot(SyntheticKernel.Elf64(), mebibytes: 16));
        Assert.That(error.Message, Does.Contain("16 MiB").And.Contain("17 MiB"));
    }

    [Test]
    public void TheCommandLineMayBeAsLongAsTheKernelReads()
    {
        byte[] kernel = Compressed(SyntheticKernel.Elf64());
        Assert.That(() => Load(Boot(kernel) with { CommandLine = new string('x', 255) }), Throws.Nothing);
        AssertError(BootError.CommandLineTooLong, Boot(kernel) with { CommandLine = new string('x', 256) });
        AssertError(BootError.InvalidCommandLine, Boot(kernel) with { CommandLine = "a\nb" });
    }

    [Test]
    public void AnEntryThatTheKernelLacksIsRefused()
    {
        AssertError(
            BootError.UnsupportedProtocol, Boot(SyntheticKernel.Elf64(hasPvhEntry: false), BootProtocol.Pvh));
        AssertError(BootError.UnsupportedProtocol, Boot(SyntheticKernel.Elf32(), BootProtocol.Linux64));
        AssertError(BootError.UnsupportedProtocol, Boot(SyntheticKernel.Elf64(), BootProtocol.Linux32));
        AssertError(BootError.UnsupportedProtocol, Boot(SyntheticKernel.Elf64(), BootProtocol.GuestDecompression));
    }

    [Test]
    public void AKernelBelowOneMebibyteIsRefused()
    {
        byte[] kernel = SyntheticKernel.Elf64();
        SyntheticKernel.Put64(kernel, 0x40 + 0x18, 0x1000);
        AssertError(BootError.Damaged, Boot(kernel));
    }

    private static BootException AssertError(BootError error, LinuxBoot boot)
    {
        BootException? thrown = Assert.Throws<BootException>(() => Load(boot));
        Assert.That(thrown?.Error, Is.EqualTo(error));
        Assert.That(thrown?.Message, Does.Not.Contain('\n'));
        return thrown ?? throw new InvalidOperationException();
    }

    private static void AssertZeroPage(BootPlan plan, SparseMemory memory)
    {
        ulong page = plan.Entry.Rsi;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Encoding.ASCII.GetString(memory.Read(page + 0x202, 4)), Is.EqualTo("HdrS"));
            Assert.That(memory.Read(page + 0x210, 1)[0], Is.EqualTo(0xFF), "type of loader");
            Assert.That(memory.UInt64(page + 0x70), Is.EqualTo(0xE0000), "root pointer");
            Assert.That(Text(memory, memory.UInt32(page + 0x228)), Is.EqualTo("console=ttyS0"));
            Assert.That(
                memory.Read(memory.UInt32(page + 0x218), (int)memory.UInt32(page + 0x21C)), Is.EqualTo(_initrd));
            Assert.That(memory.UInt32(page + 0x218) % 4096, Is.Zero);
            Assert.That(memory.Read(page + 0x1E8, 1)[0], Is.EqualTo(3), "ranges");
            Assert.That(memory.UInt64(page + 0x2D0 + 20), Is.EqualTo(0x9FC00));
            Assert.That(memory.UInt32(page + 0x2D0 + 36), Is.EqualTo(2), "the hole is reserved");
        }
    }

    private static ulong Translate(SparseMemory memory, ulong root, ulong address)
    {
        ulong pointers = memory.UInt64(root + (address >> 39 << 3)) & ~0xFFFUL;
        ulong directory = memory.UInt64(pointers + ((address >> 30 & 0x1FF) << 3)) & ~0xFFFUL;
        ulong entry = memory.UInt64(directory + ((address >> 21 & 0x1FF) << 3));
        Assert.That(entry & 0x83, Is.EqualTo(0x83));
        return (entry & ~0x1FFFFFUL) | (address & 0x1FFFFF);
    }

    private static string Text(SparseMemory memory, ulong address)
        => Encoding.ASCII.GetString(memory.Read(address, 256)).Split('\0')[0];
}
