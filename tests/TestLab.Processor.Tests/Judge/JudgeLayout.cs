namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// The address space of a judged case, the same on the host and in an engine: everything lies below 2 GiB, so that
/// 32-bit code and absolute displacements reach it, and every edge has a neighbour that faults.
/// </summary>
public static class JudgeLayout
{
    public const int PageBytes = 4096;

    /// <summary>Two pages to read and execute, 0xCC (int3) wherever a case has put nothing; both neighbours absent.</summary>
    public const ulong CodeBase = 0x2000_0000;
    public const int CodeBytes = 2 * PageBytes;
    public const ulong CodeEnd = CodeBase + CodeBytes;

    /// <summary>Two pages to read and write, then the read-only page; the page below is absent.</summary>
    public const ulong DataBase = 0x3000_0000;
    public const ulong ReadOnlyBase = DataBase + (2 * PageBytes);

    /// <summary>The page behind the read-only one is absent, and so is the one behind the stack page.</summary>
    public const ulong StackBase = DataBase + (4 * PageBytes);
    public const ulong StackEnd = StackBase + PageBytes;

    /// <summary>The content of the four data pages, in ascending order without the hole.</summary>
    public const int MemoryBytes = 4 * PageBytes;

    public const int MaximumCodeBytes = 64;

    public const ushort CodeSelector64 = 0x33;
    public const ushort CodeSelector32 = 0x23;
    public const ushort DataSelector = 0x2b;

    /// <summary>Where FS and GS begin for 64-bit code; their selectors are null.</summary>
    public const ulong FsBase = DataBase + 0x40;
    public const ulong GsBase = 0x1_2345_6780;

    /// <summary>Two segments of the local table: code up to the end of its pages, data up to the end of the stack page.</summary>
    public const ushort CodeSelector16 = 0x07;
    public const ushort DataSelector16 = 0x0f;
    public const uint CodeLimit16 = CodeBytes - 1;
    public const uint DataLimit16 = (uint)(StackEnd - DataBase) - 1;

    /// <summary>What IRET to a 16-bit stack leaves in the upper half of ESP.</summary>
    public const uint StackPointerRemainder = 0x5A5A_0000;

    /// <summary>Linear address of offset 0 of the code segment.</summary>
    public static ulong CodeSegmentBase(JudgeMode mode) => mode == JudgeMode.Segmented ? CodeBase : 0;

    /// <summary>Linear address of offset 0 of the data segment, and of the stack's.</summary>
    public static ulong DataSegmentBase(JudgeMode mode) => mode == JudgeMode.Segmented ? DataBase : 0;

    /// <summary>Where an address lies in the memory image of a case, or -1.</summary>
    public static int ImageOffset(ulong address) => address switch
    {
        >= DataBase and < ReadOnlyBase + PageBytes => (int)(address - DataBase),
        >= StackBase and < StackEnd => (int)(address - StackBase) + (3 * PageBytes),
        _ => -1,
    };
}
