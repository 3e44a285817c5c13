using System.Text;

namespace TestLab.Images.Initramfs;

/// <summary>
/// Writes the "newc" archive that Linux unpacks into its first file system (Documentation/driver-api/early-userspace,
/// buffer-format). The bytes are a function of the entries alone: owner root, time zero, numbered in order.
/// </summary>
internal sealed class CpioArchive(Stream output)
{
    private const int DirectoryMode = 0x4000;
    private const int CharacterDeviceMode = 0x2000;
    private const int FileMode = 0x8000;
    private const int LinkMode = 0xA000;
    private const int Alignment = 4;

    // The kernel's buffer format asks for no padding at the end; tools that read archives from tapes expect it.
    private const int BlockBytes = 512;

    private static readonly byte[] _zeros = new byte[BlockBytes];

    private int _inode;
    private long _written;

    public void AddDirectory(string path, int permissions = 0x1ED) // 0755
        => Add(path, DirectoryMode | permissions, links: 2, [], 0, 0);

    public void AddFile(string path, ReadOnlySpan<byte> content, bool executable = false)
        => AddFile(path, content, executable ? 0x1ED : 0x1A4); // 0755, 0644

    public void AddFile(string path, ReadOnlySpan<byte> content, int permissions)
        => Add(path, FileMode | permissions, links: 1, content, 0, 0);

    public void AddLink(string path, string target)
        => Add(path, LinkMode | 0x1FF, links: 1, Encoding.UTF8.GetBytes(target), 0, 0); // 0777

    public void AddCharacterDevice(string path, int permissions, int major, int minor)
        => Add(path, CharacterDeviceMode | permissions, links: 1, [], major, minor);

    /// <summary>Writes the entry that ends the archive.</summary>
    public void Finish()
    {
        Add("TRAILER!!!", mode: 0, links: 1, [], 0, 0);
        Pad(BlockBytes);
    }

    private void Add(string path, int mode, int links, ReadOnlySpan<byte> content, int major, int minor)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        int inode = mode == 0 ? 0 : ++_inode;
        // Magic, inode, mode, user, group, links, time, size, device (2), device of the node (2), name's size, check.
        string header = $"070701{inode:X8}{mode:X8}{0:X8}{0:X8}{links:X8}{0:X8}{content.Length:X8}"
            + $"{0:X8}{0:X8}{major:X8}{minor:X8}{name.Length:X8}{0:X8}";
        Write(Encoding.ASCII.GetBytes(header));
        Write(name);
        Pad(Alignment);
        Write(content);
        Pad(Alignment);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _written += bytes.Length;
    }

    private void Pad(int alignment) => Write(_zeros.AsSpan(0, (int)(-_written & (alignment - 1))));
}
