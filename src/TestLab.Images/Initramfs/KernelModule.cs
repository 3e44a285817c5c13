using System.Buffers.Binary;
using System.Text;

namespace TestLab.Images.Initramfs;

/// <summary>A module of the kernel and what it says of itself in its section <c>.modinfo</c>.</summary>
internal sealed record KernelModule(
    string Name,
    byte[] Content,
    IReadOnlyList<string> Dependencies,
    IReadOnlyList<string> Aliases)
{
    private const uint ElfMagic = 0x464C457F;
    private const byte ElfClass64 = 2;

    /// <summary>The spelling by which the kernel knows a module, whatever its file is called.</summary>
    public static string Normalize(string name) => name.Replace('-', '_');

    /// <summary>Reads a module's file (uncompressed).</summary>
    /// <exception cref="InvalidDataException">It is not a module.</exception>
    public static KernelModule Parse(string name, byte[] content)
    {
        List<string> dependencies = [];
        List<string> aliases = [];
        foreach (string item in Information(content))
        {
            if (item.StartsWith("depends=", StringComparison.Ordinal))
            {
                dependencies.AddRange(item["depends=".Length..]
                    .Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Normalize));
            }
            else if (item.StartsWith("alias=", StringComparison.Ordinal))
            {
                aliases.Add(item["alias=".Length..]);
            }
        }
        return new KernelModule(Normalize(name), content, dependencies, aliases);
    }

    private static string[] Information(byte[] content)
    {
        try
        {
            return Encoding.UTF8.GetString(Section(content, ".modinfo"))
                .Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (ArgumentOutOfRangeException cause)
        {
            throw new InvalidDataException("a kernel module is cut short", cause);
        }
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> file, string wanted)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(file) != ElfMagic)
        {
            throw new InvalidDataException("a kernel module is not an ELF file");
        }
        bool is64 = file[4] == ElfClass64;
        int table = is64 ? (int)BinaryPrimitives.ReadInt64LittleEndian(file[0x28..]) : Int32(file, 0x20);
        int counts = is64 ? 0x3A : 0x2E; // e_shentsize, e_shnum, e_shstrndx
        int size = UInt16(file, counts);
        int count = UInt16(file, counts + 2);
        (int names, _) = Extent(file, table + size * UInt16(file, counts + 4), is64);
        for (int index = 0; index < count; index++)
        {
            int header = table + size * index;
            ReadOnlySpan<byte> name = file[(names + Int32(file, header))..];
            if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == wanted)
            {
                (int offset, int length) = Extent(file, header, is64);
                return file.Slice(offset, length);
            }
        }
        return [];
    }

    private static (int Offset, int Length) Extent(ReadOnlySpan<byte> file, int header, bool is64)
        => is64
            ? (Int32(file, header + 0x18), Int32(file, header + 0x20))
            : (Int32(file, header + 0x10), Int32(file, header + 0x14));

    private static int Int32(ReadOnlySpan<byte> file, int offset)
        => BinaryPrimitives.ReadInt32LittleEndian(file[offset..]);

    private static int UInt16(ReadOnlySpan<byte> file, int offset)
        => BinaryPrimitives.ReadUInt16LittleEndian(file[offset..]);
}
