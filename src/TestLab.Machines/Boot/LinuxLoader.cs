using System.Text;

namespace TestLab.Machines.Boot;

/// <summary>
/// Places a stock Linux kernel in a machine's memory and says how the processor has to enter it. Nothing in the kernel
/// is changed; decompressed by the host it stands at its linked address, so its layout is not randomized.
/// </summary>
public static class LinuxLoader
{
    private const ulong PageBytes = 4096;
    private const ulong BzImageEntry64 = 0x200;

    // What 32-bit kernels map at their start; later ones take the limit out of the setup header.
    private const ulong InitrdEndDefault = 0x38000000;

    private const ulong ProtectedMode = 0x00000011; // PE, ET
    private const ulong Paging = 0x80000000;
    private const ulong PhysicalAddressExtension = 0x20;
    private const ulong LongModeActive = 0x500; // LME, LMA
    private const int ZeroChunkBytes = 64 << 10;

    private static readonly byte[] _zeros = new byte[ZeroChunkBytes];

    /// <summary>Writes kernel, initial RAM disk and tables to the memory and gives the state of the entry.</summary>
    /// <exception cref="BootException">
    /// The files or the machine do not allow it; nothing useful was written.
    /// </exception>
    public static BootPlan Load(LinuxBoot boot, GuestMemoryWriter memory)
    {
        ReadOnlySpan<byte> file = boot.Kernel.Span;
        if (file.Length > KernelLimits.KernelBytes)
        {
            throw new BootException(BootError.KernelTooLarge, $"the kernel has {file.Length} bytes; at most "
                + $"{KernelLimits.KernelBytes} are taken");
        }
        BzImage? image = KernelElf.IsElf(file) ? null : BzImage.Parse(boot.Kernel);
        byte[] commandLine = CommandLineBytes(boot.CommandLine, image?.CommandLineMaximum);
        BootPlan plan;
        if (boot.Protocol == BootProtocol.GuestDecompression)
        {
            plan = PlaceImage(boot, image, memory);
        }
        else
        {
            plan = PlaceElf(boot, image, KernelElf.Parse(image is null ? boot.Kernel : image.Decompress(boot.Unpacking)), memory);
        }
        memory(BootAddresses.CommandLine, commandLine);
        if (!boot.Initrd.IsEmpty)
        {
            memory(plan.Initrd.Address, boot.Initrd.Span);
        }
        BootTables.WriteSegments(memory, plan.Entry.Mode);
        if (plan.Entry.Mode == EntryMode.Long64)
        {
            BootTables.WritePageTables(memory);
        }
        return plan;
    }

    private static BootPlan PlaceElf(LinuxBoot boot, BzImage? image, KernelElf kernel, GuestMemoryWriter memory)
    {
        BootProtocol protocol = Choose(boot.Protocol, kernel);
        MemoryRange place = new(kernel.Start, kernel.End - kernel.Start, MemoryKind.Usable);
        MemoryRange initrd = PlaceInitrd(boot, image, place);
        foreach (KernelSegment segment in kernel.Segments)
        {
            memory(segment.Address, kernel.Content.Span.Slice(segment.FileOffset, segment.FileBytes));
            WriteZeros(memory, segment.Address + (ulong)segment.FileBytes, segment.End);
        }
        if (protocol == BootProtocol.Pvh)
        {
            PvhStartInfo.Write(memory, boot, initrd.Address);
            return new BootPlan(
                protocol, Protected32(kernel.PvhEntry ?? 0) with { Rbx = BootAddresses.StartInfo }, place, initrd);
        }
        WriteZeroPage(boot, image, (uint)kernel.Start, initrd, memory);
        EntryState entry = protocol == BootProtocol.Linux64 ? Long64(kernel.Entry) : Protected32(kernel.Entry);
        return new BootPlan(protocol, entry with { Rsi = BootAddresses.ZeroPage }, place, initrd);
    }

    private static BootProtocol Choose(BootProtocol wanted, KernelElf kernel)
    {
        BootProtocol own = kernel.Is64Bit ? BootProtocol.Linux64 : BootProtocol.Linux32;
        return wanted switch
        {
            BootProtocol.Automatic => kernel.PvhEntry is null ? own : BootProtocol.Pvh,
            BootProtocol.Pvh when kernel.PvhEntry is null => throw new BootException(
                BootError.UnsupportedProtocol, "the kernel has no PVH entry (it was built without CONFIG_PVH)"),
            BootProtocol.Pvh => BootProtocol.Pvh,
            _ when wanted == own => own,
            _ => throw new BootException(
                BootError.UnsupportedProtocol, $"the kernel has {(kernel.Is64Bit ? 64 : 32)}-bit code, so there is no "
                    + $"entry by {wanted}"),
        };
    }

    private static BootPlan PlaceImage(LinuxBoot boot, BzImage? image, GuestMemoryWriter memory)
    {
        if (image is null)
        {
            throw new BootException(
                BootError.UnsupportedProtocol, "the kernel is not compressed, so the guest cannot decompress it");
        }
        ReadOnlySpan<byte> code = image.ProtectedModeCode.Span;
        ulong start = image.PreferredAddress;
        ulong bytes = Math.Max(image.WorkBytes, (ulong)code.Length);
        if (start > uint.MaxValue)
        {
            throw new BootException(BootError.Damaged, $"the kernel wants to be at address {start:x}");
        }
        MemoryRange place = new(start, bytes, MemoryKind.Usable);
        MemoryRange initrd = PlaceInitrd(boot, image, place);
        memory(start, code);
        WriteZeroPage(boot, image, (uint)start, initrd, memory);
        bool is64Bit = (image.ExtendedLoadFlags & BzImage.HasEntry64) != 0;
        EntryState entry = is64Bit ? Long64(start + BzImageEntry64) : Protected32(start);
        return new BootPlan(
            BootProtocol.GuestDecompression, entry with { Rsi = BootAddresses.ZeroPage }, place, initrd);
    }

    /// <summary>As high as the kernel reads and the memory reaches, after the kernel.</summary>
    private static MemoryRange PlaceInitrd(LinuxBoot boot, BzImage? image, MemoryRange kernel)
    {
        ulong end = Math.Min(boot.Memory.LowEnd, image is null ? InitrdEndDefault : image.InitrdAddressMaximum + 1UL);
        ulong bytes = (ulong)boot.Initrd.Length;
        ulong needed = kernel.End + bytes + PageBytes;
        if (kernel.Address < BootAddresses.HighMemory)
        {
            throw new BootException(
                BootError.Damaged, $"the kernel wants to be at address {kernel.Address:x}, below 1 MiB");
        }
        if (kernel.End > boot.Memory.LowEnd || needed > end)
        {
            throw new BootException(
                BootError.TooLittleMemory,
                $"the machine has {boot.Memory.RamBytes >> 20} MiB of memory; the kernel and its initial RAM disk need "
                    + $"{(needed >> 20) + 1} MiB before the kernel can start");
        }
        ulong start = bytes == 0 ? 0 : (end - bytes) & ~(PageBytes - 1);
        return new MemoryRange(start, bytes, MemoryKind.Usable);
    }

    private static void WriteZeroPage(
        LinuxBoot boot,
        BzImage? image,
        uint codeStart,
        MemoryRange initrd,
        GuestMemoryWriter memory)
    {
        ZeroPage page = new(image is null ? [] : image.Header())
        {
            AcpiRootPointer = boot.AcpiRootPointer,
            CodeStart = codeStart,
            CommandLine = (uint)BootAddresses.CommandLine,
        };
        page.SetInitrd((uint)initrd.Address, (uint)initrd.Bytes);
        page.SetMemory(boot.Memory.Ranges());
        page.WriteTo(memory);
    }

    private static EntryState Protected32(ulong entry)
        => new()
        {
            Mode = EntryMode.Protected32,
            InstructionPointer = entry,
            Cr0 = ProtectedMode,
            Cr3 = 0,
            Cr4 = 0,
            ExtendedFeatures = 0,
        };

    private static EntryState Long64(ulong entry)
        => new()
        {
            Mode = EntryMode.Long64,
            InstructionPointer = entry,
            Cr0 = ProtectedMode | Paging,
            Cr3 = BootAddresses.PageTables,
            Cr4 = PhysicalAddressExtension,
            ExtendedFeatures = LongModeActive,
        };

    private static byte[] CommandLineBytes(string text, int? kernelMaximum)
    {
        // Zero in a header means that the kernel does not say.
        int maximum = kernelMaximum is > 0 ? kernelMaximum.Value : KernelLimits.CommandLineBytes;
        if (text.AsSpan().ContainsAny('\0', '\n', '\r'))
        {
            throw new BootException(BootError.InvalidCommandLine, "the command line of the kernel has a line break");
        }
        byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
        return bytes.Length - 1 <= maximum
            ? bytes
            : throw new BootException(
                BootError.CommandLineTooLong,
                $"the command line of the kernel has {bytes.Length - 1} bytes; it reads at most {maximum}");
    }

    private static void WriteZeros(GuestMemoryWriter memory, ulong from, ulong end)
    {
        while (from < end)
        {
            int bytes = (int)Math.Min(end - from, ZeroChunkBytes);
            memory(from, _zeros.AsSpan(0, bytes));
            from += (ulong)bytes;
        }
    }
}
