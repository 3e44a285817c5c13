using System.Buffers.Binary;
using System.Text;

namespace TestLab.Machines.Tests.Boot;

/// <summary>Kernels of a few hundred bytes with the headers of real ones.</summary>
internal static class SyntheticKernel
{
    public const ulong LoadAddress = 0x1000000;
    public const uint MemoryBytes = 0x3000;
    public const uint PvhEntry = 0x1000040;
    public const int PayloadOffset = 0x40;

    public static readonly byte[] Code = Encoding.ASCII.GetBytes("the code of the kernel");

    private const int SetupBytes = 5 * 512;

    /// <summary>A kernel that runs: 32-bit code at the PVH entry, at most 64 bytes.</summary>
    public static byte[] Running(params byte[] code)
    {
        byte[] file = Elf64();
        Put64(file, 0x40 + 0x20, 0x80);
        code.CopyTo(file, 0x140);
        return file;
    }

    public static byte[] Elf64(bool hasPvhEntry = true)
    {
        byte[] file = new byte[0x200];
        "\u007FELF"u8.CopyTo(file);
        (file[4], file[5], file[6]) = (2, 1, 1);
        Put16(file, 0x12, 62);
        Put64(file, 0x18, LoadAddress);
        Put64(file, 0x20, 0x40);
        Put16(file, 0x36, 0x38);
        Put16(file, 0x38, (ushort)(hasPvhEntry ? 2 : 1));
        Put32(file, 0x40, 1); // PT_LOAD
        Put64(file, 0x40 + 0x08, 0x100);
        Put64(file, 0x40 + 0x18, LoadAddress);
        Put64(file, 0x40 + 0x20, (ulong)Code.Length);
        Put64(file, 0x40 + 0x28, MemoryBytes);
        Put32(file, 0x78, 4); // PT_NOTE
        Put64(file, 0x78 + 0x08, 0x180);
        Put64(file, 0x78 + 0x20, 12 + 4 + 4);
        Code.CopyTo(file, 0x100);
        Put32(file, 0x180, 4);
        Put32(file, 0x184, 4);
        Put32(file, 0x188, 18);
        "Xen\0"u8.CopyTo(file.AsSpan(0x18C));
        Put32(file, 0x190, PvhEntry);
        return file;
    }

    public static byte[] Elf32()
    {
        byte[] file = new byte[0x200];
        "\u007FELF"u8.CopyTo(file);
        (file[4], file[5], file[6]) = (1, 1, 1);
        Put16(file, 0x12, 3);
        Put32(file, 0x18, (uint)LoadAddress);
        Put32(file, 0x1C, 0x40);
        Put16(file, 0x2A, 0x20);
        Put16(file, 0x2C, 1);
        Put32(file, 0x40, 1); // PT_LOAD
        Put32(file, 0x40 + 0x04, 0x100);
        Put32(file, 0x40 + 0x0C, (uint)LoadAddress);
        Put32(file, 0x40 + 0x10, (uint)Code.Length);
        Put32(file, 0x40 + 0x14, MemoryBytes);
        Code.CopyTo(file, 0x100);
        return file;
    }

    /// <summary>A bzImage with a payload as it stands in the file, its size at the end included.</summary>
    public static byte[] BzImage(byte[] payload, bool is64Bit = true)
    {
        byte[] file = new byte[SetupBytes + PayloadOffset + payload.Length];
        file[0x1F1] = 4;
        Put16(file, 0x1FE, 0xAA55);
        file[0x201] = 0x6A;
        "HdrS"u8.CopyTo(file.AsSpan(0x202));
        Put16(file, 0x206, 0x20F);
        Put32(file, 0x22C, 0x7FFFFFFF);
        Put16(file, 0x236, (ushort)(is64Bit ? 1 : 0));
        Put32(file, 0x238, 255);
        Put32(file, 0x248, PayloadOffset);
        Put32(file, 0x24C, (uint)payload.Length);
        Put64(file, 0x258, LoadAddress);
        Put32(file, 0x260, 0x100000);
        payload.CopyTo(file, SetupBytes + PayloadOffset);
        return file;
    }

    /// <summary>What a kernel's build does to a compressed kernel: it appends the size of the original.</summary>
    public static byte[] WithSize(byte[] compressed, int bytes)
    {
        byte[] payload = [.. compressed, 0, 0, 0, 0];
        Put32(payload, compressed.Length, (uint)bytes);
        return payload;
    }

    public static void Put16(byte[] file, int offset, ushort value)
        => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

    public static void Put32(byte[] file, int offset, uint value)
        => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);

    public static void Put64(byte[] file, int offset, ulong value)
        => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
}
