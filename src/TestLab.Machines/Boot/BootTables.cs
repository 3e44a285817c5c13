using System.Buffers.Binary;

namespace TestLab.Machines.Boot;

/// <summary>
/// The tables of the processor that stand ready at a kernel's entry (Intel SDM volume 3, 3.4.5, 4.5, 7.2).
/// </summary>
internal static class BootTables
{
    public const int DescriptorTableBytes = 5 * sizeof(ulong);
    public const int TaskStateBytes = 104;

    // Base 0, limit FFFFF pages; present, accessed; 9B executes and reads, 93 reads and writes. C is 4 KiB units with
    // 32-bit code, A with 64-bit code.
    private const ulong Code32 = 0x00CF9B000000FFFF;
    private const ulong Code64 = 0x00AF9B000000FFFF;
    private const ulong Data = 0x00CF93000000FFFF;
    private const ulong BusyTask = 0x00008B0000000000;

    private const int PageBytes = 4096;
    private const int EntriesPerPage = PageBytes / sizeof(ulong);
    private const int DirectoryPages = 4;
    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong LargePage = 0x80;
    private const ulong LargePageBytes = 2 << 20;

    public static void WriteSegments(GuestMemoryWriter memory, EntryMode mode)
    {
        Span<byte> table = stackalloc byte[DescriptorTableBytes];
        table.Clear();
        Put(table, EntryState.CodeSelector, mode == EntryMode.Long64 ? Code64 : Code32);
        Put(table, EntryState.DataSelector, Data);
        Put(table, EntryState.TaskSelector,
            BusyTask | (TaskStateBytes - 1) | (BootAddresses.TaskState << 16));
        memory(BootAddresses.DescriptorTable, table);
        Span<byte> task = stackalloc byte[TaskStateBytes];
        task.Clear();
        memory(BootAddresses.TaskState, task);
    }

    /// <summary>Maps the first 4 GiB to themselves in pages of 2 MiB.</summary>
    public static void WritePageTables(GuestMemoryWriter memory)
    {
        Span<byte> page = stackalloc byte[PageBytes];
        page.Clear();
        ulong pointers = BootAddresses.PageTables + PageBytes;
        Put(page, 0, pointers | Present | Writable);
        memory(BootAddresses.PageTables, page);

        page.Clear();
        for (int directory = 0; directory < DirectoryPages; directory++)
        {
            ulong address = pointers + PageBytes + (ulong)(directory * PageBytes);
            Put(page, directory * sizeof(ulong), address | Present | Writable);
        }
        memory(pointers, page);

        for (int directory = 0; directory < DirectoryPages; directory++)
        {
            for (int entry = 0; entry < EntriesPerPage; entry++)
            {
                ulong address = (ulong)((directory * EntriesPerPage) + entry) * LargePageBytes;
                Put(page, entry * sizeof(ulong), address | Present | Writable | LargePage);
            }
            memory(pointers + PageBytes + (ulong)(directory * PageBytes), page);
        }
    }

    private static void Put(Span<byte> table, int offset, ulong value)
        => BinaryPrimitives.WriteUInt64LittleEndian(table[offset..], value);
}
