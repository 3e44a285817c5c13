using System.Buffers.Binary;

namespace TestLab.Images.RootFileSystem;

/// <summary>
/// Sets the times of a file's last use and change, which no archive carries, to that of its last modification (Linux,
/// Documentation/filesystems/ext4: super block, group descriptors, inodes).
/// </summary>
internal static class Ext4Times
{
    private const int SuperBlockOffset = 1024;
    private const int SuperBlockBytes = 1024;
    private const ushort Magic = 0xEF53;
    private const uint MetadataChecksums = 0x400;
    private const uint Wide = 0x80;
    private const int DescriptorBytes = 32;

    private const int AccessTime = 0x08;
    private const int ChangeTime = 0x0C;
    private const int ModificationTime = 0x10;
    private const int ChangeTimeExtra = 0x84;
    private const int ModificationTimeExtra = 0x88;
    private const int AccessTimeExtra = 0x8C;
    private const int CreationTime = 0x90;
    private const int CreationTimeExtra = 0x94;

    /// <summary>Changes all inodes of a file system that has no checksums over them.</summary>
    public static void Settle(Stream disk)
    {
        byte[] super = new byte[SuperBlockBytes];
        Read(disk, SuperBlockOffset, super);
        uint readOnlyFeatures = UInt32(super, 0x64);
        if (BinaryPrimitives.ReadUInt16LittleEndian(super.AsSpan(0x38)) != Magic
            || (readOnlyFeatures & MetadataChecksums) != 0
            || (UInt32(super, 0x60) & Wide) != 0)
        {
            throw new ImageException("mke2fs made a file system of another kind than it was asked for");
        }
        long blockBytes = 1024L << (int)UInt32(super, 0x18);
        long firstBlock = UInt32(super, 0x14);
        int inodesPerGroup = (int)UInt32(super, 0x28);
        int inodeBytes = BinaryPrimitives.ReadUInt16LittleEndian(super.AsSpan(0x58));
        int groups = (int)(UInt32(super, 0x00) / inodesPerGroup);
        byte[] descriptors = new byte[groups * DescriptorBytes];
        Read(disk, (firstBlock + 1) * blockBytes, descriptors);
        byte[] table = new byte[inodesPerGroup * inodeBytes];
        for (int group = 0; group < groups; group++)
        {
            long place = UInt32(descriptors, (group * DescriptorBytes) + 8) * blockBytes;
            Read(disk, place, table);
            if (SettleTable(table, inodeBytes))
            {
                disk.Position = place;
                disk.Write(table);
            }
        }
    }

    /// <summary>False where the table has no inode in use, so that holes of the disk stay holes.</summary>
    private static bool SettleTable(Span<byte> table, int inodeBytes)
    {
        bool isUsed = false;
        for (; !table.IsEmpty; table = table[inodeBytes..])
        {
            Span<byte> inode = table[..inodeBytes];
            if (inode.IndexOfAnyExcept((byte)0) < 0)
            {
                continue;
            }
            isUsed = true;
            foreach (int time in (ReadOnlySpan<int>)[AccessTime, ChangeTime, CreationTime])
            {
                inode.Slice(ModificationTime, sizeof(uint)).CopyTo(inode[time..]);
            }
            foreach (int time in (ReadOnlySpan<int>)[AccessTimeExtra, ChangeTimeExtra, CreationTimeExtra])
            {
                inode.Slice(ModificationTimeExtra, sizeof(uint)).CopyTo(inode[time..]);
            }
        }
        return isUsed;
    }

    private static void Read(Stream disk, long position, byte[] bytes)
    {
        disk.Position = position;
        disk.ReadExactly(bytes);
    }

    private static uint UInt32(byte[] bytes, int offset)
        => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));
}
