using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>
/// The register stack, the status word and the pending exception of the x87 unit (SDM volume 1, chapter 8).
/// </summary>
/// <remarks>
/// ES and B of the status word always follow the flags and masks; whoever writes control or status word calls
/// <see cref="UpdateSummary"/>. Registers are written as two whole words, so that no bits but the 80 are ever set
/// here.
/// </remarks>
internal static unsafe class FloatUnit
{
    public const ushort InitialControl = 0x37F;

    /// <summary>Bit 6 of the control word is always one, the other reserved bits zero.</summary>
    public const ushort ControlBits = 0x1F3F;
    public const ushort ControlReserved = 0x40;
    public const ushort ExceptionFlags = 0x3F;
    public const ushort StackFault = 0x40;
    public const ushort ErrorSummary = 0x80;
    public const ushort C0 = 0x100;
    public const ushort C1 = 0x200;
    public const ushort C2 = 0x400;
    public const ushort C3 = 0x4000;
    public const ushort Busy = 0x8000;
    public const int TopShift = 11;

    private const ushort TopBits = 7 << TopShift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasError(CpuState* s) => (s->FloatStatus & ErrorSummary) != 0;

    /// <summary>What a waiting instruction does about a pending exception: true when it must not run (now).</summary>
    /// <remarks>
    /// With CR0.NE the exception is #MF. Without, the processor only drives FERR#, and the board makes that IRQ 13:
    /// the instruction runs as a block of its own, reports, and an interrupt is taken right after it.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool StopsAtError(CpuState* s, Op* op)
    {
        if ((s->Cr0 & ControlRegisters.NumericError) != 0)
        {
            Faults.Raise(s, op, Vectors.FloatError, 0);
            return true;
        }

        if (!s->IsSingleInstruction)
        {
            s->Exit = ExitCause.RunAlone;
            s->ExitingOperation = op;
            return true;
        }

        Cpu.Of(s).FloatErrorReported?.Invoke();
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsEmpty(CpuState* s, int index) => (s->FloatEmpty >> Physical(s, index) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float80 Read(CpuState* s, int index)
    {
        byte* register = s->FloatRegisters + 16 * Physical(s, index);
        return new Float80(*(ulong*)register, *(ushort*)(register + 8));
    }

    /// <summary>Writes a register; it is not empty any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* s, int index, Float80 value)
    {
        int physical = Physical(s, index);
        ulong* register = (ulong*)(s->FloatRegisters + 16 * physical);
        register[0] = value.Significand;
        register[1] = value.SignExponent;
        s->FloatEmpty &= (byte)~(1 << physical);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Push(CpuState* s, Float80 value)
    {
        Rotate(s, -1);
        Write(s, 0, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pop(CpuState* s)
    {
        Free(s, 0);
        Rotate(s, 1);
    }

    public static void Pop(CpuState* s, int count)
    {
        for (; count > 0; count--) Pop(s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Free(CpuState* s, int index) => s->FloatEmpty |= (byte)(1 << Physical(s, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rotate(CpuState* s, int distance) => s->FloatTop = (byte)((s->FloatTop + distance) & 7);

    /// <summary>Records that an empty register was read; true when the masked response is wanted.</summary>
    public static bool Underflows(CpuState* s) => FaultsMasked(s, 0);

    /// <summary>Records that a full register was pushed upon; true when the masked response is wanted.</summary>
    public static bool Overflows(CpuState* s) => FaultsMasked(s, C1);

    public static FloatContext Context(CpuState* s) => FloatContext.FromControlWord(s->FloatControl);

    /// <summary>Accumulates what an operation raised; C1 tells whether it rounded away from zero.</summary>
    public static void Report(CpuState* s, in FloatContext context) =>
        Report(s, context, context.RoundedUp ? C1 : 0, C1);

    /// <summary>Accumulates what an operation raised, and sets those condition codes that are in the mask.</summary>
    public static void Report(CpuState* s, in FloatContext context, int conditions, int mask)
    {
        s->FloatStatus = (ushort)((s->FloatStatus & ~mask) | (int)context.Reported | conditions);
        UpdateSummary(s);
    }

    public static void SetConditions(CpuState* s, int conditions, int mask) =>
        s->FloatStatus = (ushort)((s->FloatStatus & ~mask) | conditions);

    /// <summary>Makes ES and B what flags and masks say.</summary>
    public static void UpdateSummary(CpuState* s)
    {
        bool pending = (s->FloatStatus & ~s->FloatControl & ExceptionFlags) != 0;
        const ushort summary = ErrorSummary | Busy;
        s->FloatStatus = (ushort)(pending ? s->FloatStatus | summary : s->FloatStatus & ~summary);
    }

    /// <summary>The status word as the guest sees it, TOP included.</summary>
    public static ushort ReadStatus(CpuState* s) => (ushort)(s->FloatStatus | s->FloatTop << TopShift);

    /// <summary>Sets status word and TOP; ES and B come of flags and masks, so the control word goes first.</summary>
    public static void WriteStatus(CpuState* s, ushort value)
    {
        s->FloatTop = (byte)(value >> TopShift & 7);
        s->FloatStatus = (ushort)(value & ~TopBits);
        UpdateSummary(s);
    }

    public static void WriteControl(CpuState* s, ushort value)
    {
        s->FloatControl = (ushort)(value & ControlBits | ControlReserved);
        UpdateSummary(s);
    }

    /// <summary>FNINIT. The registers keep their bits.</summary>
    public static void Initialize(CpuState* s)
    {
        s->FloatControl = InitialControl;
        s->FloatStatus = 0;
        s->FloatTop = 0;
        s->FloatEmpty = 0xFF;
        s->FloatInstructionPointer = s->FloatDataPointer = 0;
        s->FloatInstructionSelector = s->FloatDataSelector = 0;
        s->FloatOpcode = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Physical(CpuState* s, int index) => (s->FloatTop + index) & 7;

    private static bool FaultsMasked(CpuState* s, ushort direction)
    {
        s->FloatStatus = (ushort)((s->FloatStatus & ~C1) | (int)FloatExceptions.Invalid | StackFault | direction);
        UpdateSummary(s);
        return (s->FloatControl & (int)FloatExceptions.Invalid) != 0;
    }
}
