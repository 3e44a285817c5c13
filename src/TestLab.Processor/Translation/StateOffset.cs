using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Translation;

/// <summary>Byte offsets of the fields that translated code reaches.</summary>
internal static unsafe class StateOffset
{
    public static readonly int Rip;
    public static readonly int FlagsResult;
    public static readonly int FlagsAuxiliary;
    public static readonly int Budget;
    public static readonly int JumpKey;
    public static readonly int ExitOperation;
    public static readonly int LazyKind;
    public static readonly int LazyLeft;
    public static readonly int LazyRight;
    public static readonly int LazyCarry;
    public static readonly int LazyOwnCarry;
    public static readonly int CodePage;
    public static readonly int OpenJump;
    public static readonly int Exit;
    public static readonly int SystemFlags;
    public static readonly int Xmm;
    public static readonly int Mxcsr;
    public static readonly int HostFloat;
    public static readonly int HostMxcsr;
    public static readonly int SegmentTops;
    public static readonly int CodeBase;
    public static readonly int CodeLimit;
    public static readonly int SupervisorSlots;
    public static readonly int UserSlots;
    public static readonly int SlotsFilledCount;
    public static readonly int SlotsFilled;
    public static readonly int FirstSlot;
    public static readonly int SlotLimit;
    public static readonly int SlotBase;
    public static readonly int SlotHost;
    public static readonly int SlotFillsLeft;
    public static readonly int CrowdedSlot;
    public static readonly int EntryReadTag;
    public static readonly int EntryWriteTag;
    public static readonly int EntryHost;
    public static readonly int EntryFrame;
    public static readonly int CachedRip;
    public static readonly int CachedKey;
    public static readonly int CachedCode;

    static StateOffset()
    {
        CpuState state;
        byte* s = (byte*)&state;
        Rip = (int)((byte*)&state.Rip - s);
        FlagsResult = (int)((byte*)&state.FlagsResult - s);
        FlagsAuxiliary = (int)((byte*)&state.FlagsAuxiliary - s);
        Budget = (int)((byte*)&state.Budget - s);
        JumpKey = (int)((byte*)&state.JumpKey - s);
        ExitOperation = (int)((byte*)&state.ExitOperation - s);
        LazyKind = (int)((byte*)&state.Lazy.Kind - s);
        LazyLeft = (int)((byte*)&state.Lazy.Left - s);
        LazyRight = (int)((byte*)&state.Lazy.Right - s);
        LazyCarry = (int)((byte*)&state.Lazy.Carry - s);
        LazyOwnCarry = (int)((byte*)&state.Lazy.OwnCarry - s);
        CodePage = (int)((byte*)&state.CodePage - s);
        OpenJump = (int)((byte*)&state.OpenJump - s);
        Exit = (int)((byte*)&state.Exit - s);
        SystemFlags = (int)((byte*)&state.SystemFlags - s);
        Xmm = (int)(state.Xmm - s);
        Mxcsr = (int)((byte*)&state.Mxcsr - s);
        HostFloat = (int)((byte*)&state.HostFloat - s);
        HostMxcsr = (int)((byte*)&state.HostMxcsr - s);
        SegmentTops = (int)((byte*)state.SegmentTops - s);
        ref SegmentRegister code = ref state.Segments[(int)SegmentIndex.Cs];
        CodeBase = (int)((byte*)Unsafe.AsPointer(ref code.Base) - s);
        CodeLimit = (int)((byte*)Unsafe.AsPointer(ref code.Limit) - s);
        SupervisorSlots = (int)((byte*)&state.SupervisorSlots - s);
        UserSlots = (int)((byte*)&state.UserSlots - s);
        CrowdedSlot = (int)((byte*)&state.CrowdedSlot - s);
        SlotsFilledCount = (int)((byte*)&state.UserSlots.FilledCount - (byte*)&state.UserSlots);
        SlotsFilled = (int)((byte*)&state.UserSlots.Filled[0] - (byte*)&state.UserSlots);
        FirstSlot = (int)((byte*)state.UserSlots.First - (byte*)&state.UserSlots);
        AccessSlot slot;
        SlotLimit = (int)((byte*)&slot.Limit - (byte*)&slot);
        SlotBase = (int)((byte*)&slot.Base - (byte*)&slot);
        SlotHost = (int)((byte*)&slot.Host - (byte*)&slot);
        SlotFillsLeft = (int)((byte*)&slot.FillsLeft - (byte*)&slot);
        TlbEntry entry;
        EntryReadTag = (int)((byte*)&entry.ReadTag - (byte*)&entry);
        EntryWriteTag = (int)((byte*)&entry.WriteTag - (byte*)&entry);
        EntryHost = (int)((byte*)&entry.Host - (byte*)&entry);
        EntryFrame = (int)((byte*)&entry.Frame - (byte*)&entry);
        JumpCacheEntry cached;
        CachedRip = (int)((byte*)&cached.Rip - (byte*)&cached);
        CachedKey = (int)((byte*)&cached.Key - (byte*)&cached);
        CachedCode = (int)((byte*)&cached.Code - (byte*)&cached);
    }

    /// <summary>What an access in the segment is compared with.</summary>
    public static int SegmentTop(Register segment, bool write) =>
        SegmentTops + sizeof(ulong) * (2 * (segment - Register.ES) + (write ? 1 : 0));
}
