using System.Buffers.Binary;

namespace TestLab.Machines.Boot;

/// <summary>The start information of the PVH protocol, version 1 (Xen, arch-x86/hvm/start_info.h).</summary>
internal static class PvhStartInfo
{
    private const uint Magic = 0x336EC578;
    private const uint Version = 1;
    private const int Bytes = 56;
    private const int ModuleBytes = 32;
    private const int MapEntryBytes = 24;

    public static void Write(GuestMemoryWriter memory, LinuxBoot boot, ulong initrdAddress)
    {
        bool hasInitrd = !boot.Initrd.IsEmpty;
        IReadOnlyList<MemoryRange> ranges = boot.Memory.Ranges();
        Span<byte> info = stackalloc byte[Bytes];
        info.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(info, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(info[4..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(info[12..], hasInitrd ? 1u : 0u);
        BinaryPrimitives.WriteUInt64LittleEndian(info[16..], hasInitrd ? BootAddresses.ModuleList : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(info[24..], BootAddresses.CommandLine);
        BinaryPrimitives.WriteUInt64LittleEndian(info[32..], boot.AcpiRootPointer);
        BinaryPrimitives.WriteUInt64LittleEndian(info[40..], BootAddresses.MemoryMap);
        BinaryPrimitives.WriteUInt32LittleEndian(info[48..], (uint)ranges.Count);
        memory(BootAddresses.StartInfo, info);

        Span<byte> module = stackalloc byte[ModuleBytes];
        module.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(module, initrdAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(module[8..], (ulong)boot.Initrd.Length);
        memory(BootAddresses.ModuleList, module);

        byte[] map = new byte[ranges.Count * MapEntryBytes];
        for (int index = 0; index < ranges.Count; index++)
        {
            Span<byte> entry = map.AsSpan(index * MapEntryBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, ranges[index].Address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], ranges[index].Bytes);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], (uint)ranges[index].Kind);
        }
        memory(BootAddresses.MemoryMap, map);
    }
}
