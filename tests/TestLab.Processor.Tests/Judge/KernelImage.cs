using System.Buffers.Binary;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Judge;

/// <summary>What the emulated processor finds in memory: page tables, descriptor tables, a stack, and a HLT for each vector.</summary>
internal static unsafe class KernelImage
{
    /// <summary>Physical addresses.</summary>
    public const ulong UserCode = 0x10000;
    public const ulong UserData = 0x12000;
    public const ulong StackTop = 0xF000;

    /// <summary>Linear address of the HLT of vector 0; the others follow byte by byte.</summary>
    public const ulong Handlers = Base + HandlersPhysical;

    private const ulong Base = 0xFFFF_8000_0000_0000;
    private const ulong TopTable = 0x1000;
    private const ulong HandlersPhysical = 0xC000;
    private const ulong GlobalTable = 0x9000;
    private const ulong InterruptTable = 0xA000;
    private const ulong TaskState = 0xB000;
    private const ulong LocalTable = 0x9800;
    private const ushort KernelCode = 0x10;
    private const ushort TaskSelector = 0x40;
    private const ushort LocalSelector = 0x50;

    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong User = 4;
    private const ulong NoExecute = 1UL << 63;

    /// <summary>The user's descriptors and their neighbours are those of Linux, so that loads of selectors can be judged.</summary>
    private static readonly ulong[] s_descriptors =
    [
        0, 0x00CF_9B00_0000_FFFF, 0x00AF_9B00_0000_FFFF, 0x00CF_9300_0000_FFFF,
        0x00CF_FB00_0000_FFFF, 0x00CF_F300_0000_FFFF, 0x00AF_FB00_0000_FFFF, 0,
        0x8B00_0000_0067 | (TaskState << 16), Base >> 32, 0, 0,
        0, 0, 0, 0x0040_F500_0000_0000,
    ];

    /// <summary>The segments of 16-bit code and data, as Linux's modify_ldt spells them.</summary>
    private static readonly ulong[] s_localDescriptors = [0x2000_FB00_0000_1FFF, 0x3000_F300_0000_4FFF];

    public static readonly byte[] Breakpoints = Enumerable.Repeat((byte)0xCC, JudgeLayout.CodeBytes).ToArray();

    /// <param name="memory">Of the emulated processor.</param>
    /// <param name="hasNarrowSegments">False as on hosts that refuse user mode 32-bit code and a table of its own.</param>
    public static void Load(GuestMemory memory, bool hasNarrowSegments)
    {
        WriteTables(memory);
        for (int number = 0; number < s_descriptors.Length; number++)
        {
            bool isThere = hasNarrowSegments || number != JudgeLayout.CodeSelector32 / 8;
            memory.TryWriteUInt64(GlobalTable + (ulong)(number * 8), isThere ? s_descriptors[number] : 0);
        }
        for (int number = 0; number < s_localDescriptors.Length; number++)
        {
            memory.TryWriteUInt64(LocalTable + (ulong)(number * 8), hasNarrowSegments ? s_localDescriptors[number] : 0);
        }
        for (int vector = 0; vector < 256; vector++)
        {
            ulong handler = Handlers + (ulong)vector;
            ulong gate = vector is 3 or 4 or 0x80 ? 0xEE00u : 0x8E00u;
            memory.TryWriteUInt64(
                InterruptTable + (ulong)(vector * 16),
                (handler & 0xFFFF) | ((ulong)KernelCode << 16) | (gate << 32) | ((handler & 0xFFFF_0000) << 32));
            memory.TryWriteUInt64(InterruptTable + (ulong)(vector * 16) + 8, handler >> 32);
        }
        memory.TryWrite(HandlersPhysical, Enumerable.Repeat((byte)0xF4, 256).ToArray());
        memory.TryWriteUInt64(TaskState + 4, Base + StackTop);
        // The I/O permission map lies beyond the limit: every port is forbidden.
        memory.TryWriteUInt16(TaskState + 0x66, 0x68);
        memory.TryWrite(UserCode, Breakpoints);
    }

    public static void Enter(Cpu cpu)
    {
        CpuState* state = cpu.State;
        state->Cr0 = ControlRegisters.ProtectionEnable | ControlRegisters.MonitorCoprocessor
            | ControlRegisters.ExtensionType | ControlRegisters.NumericError | ControlRegisters.WriteProtect
            | ControlRegisters.AlignmentMask | ControlRegisters.Paging;
        state->Cr3 = TopTable;
        state->Cr4 = ControlRegisters.PhysicalAddressExtension | ControlRegisters.PageGlobalEnable
            | ControlRegisters.FxsaveSupport | ControlRegisters.SimdExceptions;
        state->Efer = ControlRegisters.SyscallEnable | ControlRegisters.LongModeEnable
            | ControlRegisters.LongModeActive | ControlRegisters.NoExecuteEnable;
        state->Gdtr = new DescriptorTable { Base = Base + GlobalTable, Limit = (ushort)((s_descriptors.Length * 8) - 1) };
        state->Idtr = new DescriptorTable { Base = Base + InterruptTable, Limit = 0xFFF };
        state->Segments[(int)SegmentIndex.Task] = new SegmentRegister
        {
            Selector = TaskSelector,
            Base = Base + TaskState,
            Limit = 0x67,
            Attributes = SegmentAttributes.Present | (SegmentAttributes)11,
        };
        state->Segments[(int)SegmentIndex.LocalDescriptorTable] = new SegmentRegister
        {
            Selector = LocalSelector,
            Base = Base + LocalTable,
            Limit = (uint)(s_localDescriptors.Length * 8) - 1,
            Attributes = SegmentAttributes.Present | (SegmentAttributes)2,
        };
        cpu.Mmu.FlushAll();
        cpu.StateChanged();
    }

    public static void LoadUserSegments(CpuState* state, JudgeMode mode)
    {
        const SegmentAttributes Common = SegmentAttributes.Present | SegmentAttributes.CodeOrData | SegmentAttributes.Accessed
            | SegmentAttributes.WritableOrReadable | (SegmentAttributes)(3 << 5);
        const SegmentAttributes Flat = Common | SegmentAttributes.Granular;
        (SegmentRegister code, SegmentRegister data) = mode switch
        {
            JudgeMode.Long => (
                Segment(JudgeLayout.CodeSelector64, 0, uint.MaxValue, Flat | SegmentAttributes.Code | SegmentAttributes.Long),
                Segment(JudgeLayout.DataSelector, 0, uint.MaxValue, Flat | SegmentAttributes.Big)),
            JudgeMode.Compatibility => (
                Segment(JudgeLayout.CodeSelector32, 0, uint.MaxValue, Flat | SegmentAttributes.Code | SegmentAttributes.Big),
                Segment(JudgeLayout.DataSelector, 0, uint.MaxValue, Flat | SegmentAttributes.Big)),
            _ => (
                Segment(JudgeLayout.CodeSelector16, JudgeLayout.CodeBase, JudgeLayout.CodeLimit16, Common | SegmentAttributes.Code),
                Segment(JudgeLayout.DataSelector16, JudgeLayout.DataBase, JudgeLayout.DataLimit16, Common)),
        };
        state->Segments[(int)SegmentIndex.Cs] = code;
        state->Segments[(int)SegmentIndex.Es] = state->Segments[(int)SegmentIndex.Ss] = data;
        state->Segments[(int)SegmentIndex.Ds] = data;
        state->Segments[(int)SegmentIndex.Fs] = Segment(0, JudgeLayout.FsBase, 0, SegmentAttributes.Unusable);
        state->Segments[(int)SegmentIndex.Gs] = Segment(0, JudgeLayout.GsBase, 0, SegmentAttributes.Unusable);
    }

    private static SegmentRegister Segment(ushort selector, ulong address, uint limit, SegmentAttributes attributes) =>
        new() { Selector = selector, Base = address, Limit = limit, Attributes = attributes };

    private static void WriteTables(GuestMemory memory)
    {
        const ulong Directory = Present | Writable | User;
        memory.TryWriteUInt64(TopTable, 0x2000 | Directory);
        memory.TryWriteUInt64(TopTable + (256 * 8), 0x6000 | Directory);
        memory.TryWriteUInt64(0x2000, 0x3000 | Directory);
        memory.TryWriteUInt64(0x3000 + (0x100 * 8), 0x4000 | Directory);
        memory.TryWriteUInt64(0x3000 + (0x180 * 8), 0x5000 | Directory);
        memory.TryWriteUInt64(0x4000, UserCode | Present | User);
        memory.TryWriteUInt64(0x4008, (UserCode + 0x1000) | Present | User);
        memory.TryWriteUInt64(0x5000, UserData | Present | Writable | User | NoExecute);
        memory.TryWriteUInt64(0x5008, (UserData + 0x1000) | Present | Writable | User | NoExecute);
        memory.TryWriteUInt64(0x5010, (UserData + 0x2000) | Present | User | NoExecute);
        memory.TryWriteUInt64(0x5020, (UserData + 0x3000) | Present | Writable | User | NoExecute);
        memory.TryWriteUInt64(0x6000, 0x7000 | Directory);
        memory.TryWriteUInt64(0x7000, 0x8000 | Directory);
        for (ulong page = 0; page < 16; page++)
        {
            memory.TryWriteUInt64(0x8000 + (page * 8), (page << 12) | Present | Writable);
        }
    }
}
