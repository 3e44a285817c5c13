using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Interrupts;
using TestLab.Processor.Memory;

namespace TestLab.Processor.State;

/// <summary>The registers of one processor and what the engines need beside them, in native memory.</summary>
/// <remarks>
/// Decoded operations name registers by their byte offset in this structure. Status flags are kept as the last result
/// (<see cref="Flags"/>); the rest of RFLAGS is in <see cref="SystemFlags"/>. While a block runs, <see cref="Rip"/> is
/// the address of the block's first instruction; an operation adds its own offset.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CpuState
{
    /// <summary>Memory type registers: eight pairs of base and mask, and eleven fixed ranges.</summary>
    public const int MemoryTypeRangeCount = 2 * 8 + 11;

    /// <summary>RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15.</summary>
    public fixed ulong Registers[16];

    /// <summary>Always zero: stands for an absent base, index or segment.</summary>
    public ulong Zero;

    /// <summary>Offset of the block in the code segment.</summary>
    public ulong Rip;

    /// <summary>The last result, sign-extended; see <see cref="Flags"/>.</summary>
    public long FlagsResult;

    /// <summary>Carries of the last result; see <see cref="Flags"/>.</summary>
    public ulong FlagsAuxiliary;

    /// <summary>Instructions that may still start before the engine must return.</summary>
    public long Budget;

    /// <summary>The translation buffer of the current privilege.</summary>
    public TlbEntry* Tlb;

    /// <summary>The target cache of indirect and cross-page jumps.</summary>
    public JumpCacheEntry* JumpCache;

    /// <summary>What a jump cache entry must carry to be valid: mode and mapping generation.</summary>
    public ulong JumpKey;

    /// <summary>The operation that ends a run of blocks: its handler returns to the dispatcher.</summary>
    /// <remarks>Behind it lies the one that goes on at <see cref="Rip"/> if the jump cache knows it.</remarks>
    public Op* ExitOperation;

    /// <summary>The direct branch that found no link; the dispatcher links it where that is sound.</summary>
    public Op* LinkSource;

    /// <summary>What translated code keeps of the status flags beside the last result; see <see cref="LazyFlags"/>.</summary>
    public LazyFlags Lazy;

    /// <summary>What <see cref="Rip"/> is, or would be, at the start of the page that translated code runs in.</summary>
    /// <remarks>In flat code it is the page's linear address; the start of a segment's first page lies below 0.</remarks>
    public ulong CodePage;

    /// <summary>The jump by which translated code came out, where it has no target yet.</summary>
    public ulong OpenJump;

    /// <summary>The routine that enters translated code.</summary>
    public delegate* unmanaged<CpuState*, ulong, ulong> TranslatedEntry;

    /// <summary>Not zero while the host's MXCSR is the guest's, which translated code that computes makes it.</summary>
    public ulong HostFloat;

    /// <summary>What the host's MXCSR is otherwise.</summary>
    public ulong HostMxcsr;

    /// <summary>XMM0 to XMM15; vector handlers need their alignment of 16 bytes.</summary>
    public fixed byte Xmm[16 * 16];

    /// <summary>ST physical registers 0 to 7, 16 bytes each: significand, sign and exponent, unused.</summary>
    public fixed byte FloatRegisters[8 * 16];

    /// <summary>Why the engine returned.</summary>
    public ExitCause Exit;

    /// <summary>The operation that returned, where the cause is one's.</summary>
    public Op* ExitingOperation;

    public byte ExceptionVector;
    public InterruptKind ExceptionKind;

    /// <summary>Device accesses and writes to decoded code are allowed: the block holds one instruction only.</summary>
    public bool IsSingleInstruction;

    /// <summary>A non-maskable interrupt waits; another one is being handled, until IRET.</summary>
    public bool NonMaskablePending;
    public bool NonMaskableBlocked;
    public bool Halted;
    public byte CurrentPrivilegeLevel;
    public uint ExceptionErrorCode;

    /// <summary>Where an event that is no fault returns to.</summary>
    public ulong ExceptionReturn;

    /// <summary>The clock at which interrupts are held back: one instruction after STI, MOV SS and POP SS.</summary>
    public ulong ShadowClock;
    public CpuMode Mode;

    /// <summary>TF, IF, DF, IOPL, NT, RF, VM, AC, VIF, VIP, ID, in their places in RFLAGS.</summary>
    public SystemFlags SystemFlags;
    public nint Owner;

    public SegmentArray Segments;
    public DescriptorTable Gdtr;
    public DescriptorTable Idtr;

    public ulong Cr0;
    public ulong Cr2;
    public ulong Cr3;
    public ulong Cr4;
    public fixed ulong DebugRegisters[8];
    public ulong Efer;

    /// <summary>Where an access that crosses a page, or reaches a device, is gathered.</summary>
    public fixed byte Bounce[64];
    public ulong BounceAddress;

    public uint Mxcsr;
    public ushort FloatControl;

    /// <summary>Status word, without TOP.</summary>
    public ushort FloatStatus;
    public byte FloatTop;

    /// <summary>A bit for each physical register: set where it is empty.</summary>
    public byte FloatEmpty;
    public ushort FloatOpcode;
    public ulong FloatInstructionPointer;
    public ulong FloatDataPointer;
    public ushort FloatInstructionSelector;
    public ushort FloatDataSelector;

    public ulong Star;
    public ulong LongStar;
    public ulong CompatibilityStar;
    public ulong SyscallMask;
    public ulong KernelGsBase;
    public ulong SysenterCs;
    public ulong SysenterEsp;
    public ulong SysenterEip;
    public ulong TscAuxiliary;
    public ulong PageAttributeTable;

    /// <summary>IA32_TSC_ADJUST: what writes have moved the time stamp counter by.</summary>
    public ulong TscAdjust;
    public ulong MiscellaneousEnable;
    public ulong DebugControl;
    public ulong MemoryTypeDefault;

    /// <summary>The variable ranges: base and mask in turn; then the eleven fixed ones.</summary>
    public fixed ulong MemoryTypeRanges[MemoryTypeRangeCount];

    /// <summary>For each of ES, CS, SS, DS, FS and GS, what an access must end before: a read, then a write; 0 where none is allowed.</summary>
    /// <remarks>For translated code outside of 64-bit mode. Segments that expand down are left to the interpreter.</remarks>
    public fixed ulong SegmentTops[2 * 6];

    /// <summary>Address of what takes translated code to a block that has none.</summary>
    public ulong UntranslatedCode;

    /// <summary>The access slot, as its displacement from the state register of translated code, that was filled too often; 0 while there is none.</summary>
    public ulong CrowdedSlot;

    /// <summary>What translated code knows of the translation buffer of privilege levels 0 to 2.</summary>
    public AccessSlots SupervisorSlots;

    /// <summary>The same of level 3.</summary>
    public AccessSlots UserSlots;

    public ref ulong Rax => ref Registers[0];
    public ref ulong Rcx => ref Registers[1];
    public ref ulong Rdx => ref Registers[2];
    public ref ulong Rbx => ref Registers[3];
    public ref ulong Rsp => ref Registers[4];
    public ref ulong Rbp => ref Registers[5];
    public ref ulong Rsi => ref Registers[6];
    public ref ulong Rdi => ref Registers[7];
}
