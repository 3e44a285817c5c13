using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TestLab.Processor.Control;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Instructions;
using TestLab.Processor.Interrupts;
using TestLab.Processor.Memory;
using TestLab.Processor.Segments;
using TestLab.Processor.State;
using TestLab.Processor.Translation;

namespace TestLab.Processor;

/// <summary>One x86 processor: its state, its MMU, and the dispatcher between blocks.</summary>
/// <remarks>
/// The clock counts retired instructions, iterations of string instructions, deliveries of interrupts and exceptions,
/// and the idle slots that the board skips; it is the only time a guest has. Interrupts are taken between two
/// instructions at an exact clock. An instruction that reaches a device runs as a block of its own.
/// </remarks>
public sealed unsafe class Cpu : IDisposable
{
    private readonly GuestMemory _memory;
    private readonly IProcessorBus _bus;
    private readonly BlockCache _blocks;
    private readonly IExecutionEngine _engine;
    private readonly BlockFinder _finder;
    private readonly InterruptUnit _interrupts;
    private ulong _clock; // At the engine's entry; the budget spent since then comes on top.
    private long _budgetAtEntry;
    private bool _inEngine;
    private bool _stopRequested;
    private bool _shutDown;
    private bool _disposed;

    public Cpu(CpuModel model, GuestMemory memory, IProcessorBus bus, EngineOptions? engine = null)
    {
        (Model, _memory, _bus) = (model, memory, bus);
        State = StateMemory.Allocate();
        State->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(this, GCHandleType.Weak));
        State->ExitOperation = (Op*)NativeMemory.AllocZeroed(2, (nuint)sizeof(Op));
        State->ExitOperation[0].Handler = &Flow.Exit;
        State->ExitOperation[1].Handler = &Flow.EnterUnlinked;
        _engine = Engines.Create(engine ?? EngineOptions.Default, State, memory);
        _blocks = new BlockCache(State, memory, _engine);
        Mmu = new Mmu(State, memory, bus, _blocks);
        _finder = new BlockFinder(this, memory, _blocks);
        Segments = new SegmentUnit(this);
        Tasks = new TaskUnit(this);
        Far = new FarControl(this);
        Control = new ControlUnit(this);
        ModelRegisters = new ModelRegisters(this);
        Debug = new DebugUnit(this);
        _interrupts = new InterruptUnit(this);
        InterruptReturn = new InterruptReturn(this);
        Reset();
    }

    ~Cpu() => Free();

    public CpuState* State { get; }

    public CpuModel Model { get; }

    public Mmu Mmu { get; }

    /// <summary>Instructions and idle slots so far; during a device access, those before the accessing instruction.</summary>
    public ulong Clock => _inEngine ? _clock + (ulong)(_budgetAtEntry - State->Budget - 1) : _clock;

    public CpuStatistics Statistics { get; } = new();

    /// <summary>Null where the interpreter runs alone.</summary>
    public TranslatorStatistics? Translation => (_engine as Translator)?.Statistics;

    /// <summary>FERR#: with CR0.NE clear, a waiting x87 instruction met a pending exception; the PC makes it IRQ 13.</summary>
    /// <remarks>Called before that instruction, which then runs; an interrupt is taken right after it.</remarks>
    public Action? FloatErrorReported { get; set; }

    internal IProcessorBus Bus => _bus;

    internal IExecutionEngine Engine => _engine;

    internal InterruptUnit Interrupts => _interrupts;

    internal InterruptReturn InterruptReturn { get; }

    internal SegmentUnit Segments { get; }

    internal TaskUnit Tasks { get; }

    internal FarControl Far { get; }

    internal ControlUnit Control { get; }

    internal ModelRegisters ModelRegisters { get; }

    /// <summary>Something wants to interrupt, whether it may or not.</summary>
    internal bool HasPendingInterrupt => State->NonMaskablePending || _bus.HasInterrupt;

    internal DebugUnit Debug { get; }

    /// <summary>Holds interrupts back until the instruction behind the operation has run.</summary>
    internal void BeginInterruptShadow(Op* op) =>
        State->ShadowClock = _clock + (ulong)(_budgetAtEntry - State->Budget - (op->Block->Count - op->Position)) + 1;

    /// <summary>Eight bytes of RAM, or zero where there is none.</summary>
    internal ulong ReadPhysical(ulong address) => _memory.TryReadUInt64(address, out ulong value) ? value : 0;

    /// <summary>The processor that owns a state; for handlers on their slow paths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Cpu Of(CpuState* state) => Unsafe.As<Cpu>(GCHandle.FromIntPtr(state->Owner).Target)
        ?? throw new ObjectDisposedException(nameof(Cpu));

    /// <summary>Runs until the clock reaches the limit, or the processor halts or shuts down, or a device stops it.</summary>
    public CpuExit RunUntil(ulong clockLimit)
    {
        _stopRequested = false;
        while (true)
        {
            if (_shutDown) return CpuExit.Shutdown;
            if (_stopRequested) return CpuExit.StopRequested;
            if (_clock >= clockLimit) return CpuExit.LimitReached;

            bool pending = HasPendingInterrupt;
            if (pending && TryTakeInterrupt()) continue;
            if (State->Halted) return CpuExit.Halted;
            Step(pending && State->ShadowClock == _clock ? 1 : (long)(clockLimit - _clock));
        }
    }

    /// <summary>The idle jump: the clock moves on while nothing runs.</summary>
    public void SkipTo(ulong clock) => _clock = Math.Max(_clock, clock);

    /// <summary>Makes <see cref="RunUntil"/> return after the current instruction; for devices.</summary>
    public void RequestStop() => _stopRequested = true;

    /// <summary>The state after power on or RESET (SDM volume 3, table 9-1); the clock goes on.</summary>
    public void Reset()
    {
        _shutDown = false;
        ResetState.Apply(State, Model);
        Debug.ControlChanged();
        Mmu.FlushAll();
        StateChanged();
    }

    /// <summary>All that a guest can see of the processor; between two runs.</summary>
    public byte[] Save() => StateImage.Save(State, _clock);

    /// <summary>Takes what <see cref="Save"/> gave.</summary>
    /// <exception cref="FormatException">It is damaged; the processor is to be thrown away.</exception>
    public void Restore(ReadOnlySpan<byte> image)
    {
        _shutDown = false;
        _clock = StateImage.Restore(State, image);
        Debug.ControlChanged();
        Mmu.FlushAll();
        StateChanged();
    }

    /// <summary>Sets what firmware has set up before it starts an operating system: the memory types.</summary>
    public void SetUpAsFirmware() => ModelRegisters.SetUpMemoryTypes();

    /// <summary>Loads ES, SS, DS, FS or GS as MOV does, and CS without a change of privilege; false where that would fault.</summary>
    public bool TryLoadSegment(SegmentIndex index, ushort selector)
    {
        bool done = index == SegmentIndex.Cs ? Far.TryJump(selector, State->Rip, State->Rip) : Segments.TryLoad(index, selector);
        State->Exit = ExitCause.None;
        StateChanged();
        return done;
    }

    /// <summary>To be called after any change to segments, control registers, privilege or alignment checking.</summary>
    public void StateChanged()
    {
        State->Mode = ModeOf(State);
        if ((State->Mode & CpuMode.Code64) == 0) Segmentation.NoteTops(State);
        Mmu.SelectPrivilege();
        _blocks.RefreshKey();
    }

    /// <summary>Drops all decoded code.</summary>
    public void ForgetCode() => _blocks.Empty();

    public void Dispose()
    {
        if (!_disposed)
        {
            _engine.Dispose();
            _blocks.Dispose();
            Mmu.Dispose();
        }

        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Latches a non-maskable interrupt.</summary>
    public void RequestNonMaskableInterrupt() => State->NonMaskablePending = true;

    internal void CountDelivery() => _clock++;

    internal void ShutDown() => _shutDown = true;

    /// <summary>Delivers what is pending, unless the processor holds it back.</summary>
    private bool TryTakeInterrupt()
    {
        if (State->ShadowClock == _clock) return false;
        if (State->NonMaskablePending && !State->NonMaskableBlocked)
        {
            State->NonMaskablePending = false;
            State->NonMaskableBlocked = true;
            Take(Vectors.NonMaskable);
            return true;
        }

        if ((State->SystemFlags & SystemFlags.Interrupt) == 0 || !_bus.HasInterrupt) return false;
        int vector = _bus.AcknowledgeInterrupt();
        if (vector < 0) return false;
        Take((byte)vector);
        return true;
    }

    private void Take(byte vector)
    {
        State->Halted = false;
        Statistics.Interrupts++;
        _clock++;
        _interrupts.Deliver(vector, InterruptKind.External, 0, State->Rip);
    }

    /// <summary>Runs blocks for at most so many clock ticks.</summary>
    private void Step(long budget)
    {
        bool careful = (State->SystemFlags & SystemFlags.Trap) != 0 || Debug.HasBreakpoints;
        if (careful)
        {
            StepCarefully();
            return;
        }

        Block* block = _finder.Find(budget);
        if (block != null) RunBlock(block, budget);
    }

    private void RunBlock(Block* block, long budget)
    {
        Execute(block, budget);
        switch (State->Exit)
        {
            case ExitCause.RunAlone:
                Rewind();
                State->LinkSource = null;
                RunAlone();
                break;
            case ExitCause.StringPaused: Rewind(); break;
            case ExitCause.Exception: DeliverException(); break;
        }
    }

    /// <summary>One instruction with a look at breakpoints before it, and the single-step trap after it.</summary>
    private void StepCarefully()
    {
        bool traps = (State->SystemFlags & SystemFlags.Trap) != 0;
        State->LinkSource = null;
        if (Debug.MatchesInstructionBreakpoint()) return;
        State->SystemFlags &= ~SystemFlags.Resume;
        // MOV SS holds the trap back as it holds interrupts back.
        if (RunAlone() && traps && State->ShadowClock != _clock) Debug.SingleStep();
    }

    /// <summary>Runs the instruction at RIP as a block of its own; devices may be reached.</summary>
    /// <returns>False where it faulted.</returns>
    private bool RunAlone()
    {
        Block* block = _finder.DecodeForOnce(1);
        if (block == null) return false;
        State->IsSingleInstruction = true;
        Statistics.SingleInstructions++;
        Execute(block, 1);
        State->IsSingleInstruction = false;
        State->LinkSource = null;
        if (State->Exit == ExitCause.StringPaused) Rewind();
        if (State->Exit != ExitCause.Exception) return true;
        DeliverException();
        return false;
    }

    private void Execute(Block* block, long budget)
    {
        State->Exit = ExitCause.None;
        State->Budget = _budgetAtEntry = budget;
        _inEngine = true;
        _engine.Run(State, block);
        _inEngine = false;
        _clock += (ulong)(budget - State->Budget);
        Statistics.EngineEntries++;
    }

    /// <summary>Takes back what the block had paid for the exiting instruction and those after it.</summary>
    private void Rewind()
    {
        Op* op = State->ExitingOperation;
        _clock -= (ulong)(op->Block->Count - op->Position);
        State->Rip = (State->Rip + op->Offset) & Flow.RipMask(State);
    }

    internal void DeliverException()
    {
        if (State->ExitingOperation != null) Rewind();
        State->LinkSource = null;
        State->Exit = ExitCause.None;
        _clock++;
        Statistics.Exceptions++;
        ulong returnRip = State->ExceptionKind == InterruptKind.Exception ? State->Rip : State->ExceptionReturn;
        _interrupts.Deliver(State->ExceptionVector, State->ExceptionKind, State->ExceptionErrorCode, returnRip);
    }

    private static CpuMode ModeOf(CpuState* s)
    {
        CpuMode mode = CpuMode.None;
        ref SegmentRegister code = ref s->Segments[(int)SegmentIndex.Cs];
        bool is64 = (s->Efer & ControlRegisters.LongModeActive) != 0 && code.Is(SegmentAttributes.Long);
        if (is64) mode |= CpuMode.Code64 | CpuMode.Flat;
        else if (code.Is(SegmentAttributes.Big)) mode |= CpuMode.Code32;
        if (!is64 && code.Is(SegmentAttributes.Big) && IsFlat(s)) mode |= CpuMode.Flat;
        if (s->Segments[(int)SegmentIndex.Ss].Is(SegmentAttributes.Big)) mode |= CpuMode.Stack32;
        if (s->CurrentPrivilegeLevel == 3) mode |= CpuMode.User;
        if ((s->Cr0 & (ControlRegisters.TaskSwitched | ControlRegisters.Emulation)) != 0) mode |= CpuMode.FloatTraps | CpuMode.SseTraps;
        if ((s->Cr4 & ControlRegisters.FxsaveSupport) == 0) mode |= CpuMode.SseTraps;
        if ((s->Cr0 & ControlRegisters.ProtectionEnable) == 0 || (s->SystemFlags & SystemFlags.Virtual8086) != 0) mode |= CpuMode.Paragraphs;
        return mode;
    }

    private static bool IsFlat(CpuState* s) =>
        IsFlat(s->Segments[(int)SegmentIndex.Cs], SegmentAttributes.Code | SegmentAttributes.WritableOrReadable)
        && IsFlat(s->Segments[(int)SegmentIndex.Ds], SegmentAttributes.WritableOrReadable)
        && IsFlat(s->Segments[(int)SegmentIndex.Es], SegmentAttributes.WritableOrReadable)
        && IsFlat(s->Segments[(int)SegmentIndex.Ss], SegmentAttributes.WritableOrReadable);

    private static bool IsFlat(in SegmentRegister segment, SegmentAttributes type) =>
        segment is { Base: 0, Limit: uint.MaxValue }
        && (segment.Attributes & (SegmentAttributes.Code | SegmentAttributes.ExpandDownOrConforming
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Present | SegmentAttributes.Unusable))
            is var kind && (kind & ~SegmentAttributes.ExpandDownOrConforming) == (type | SegmentAttributes.Present)
        && ((type & SegmentAttributes.Code) != 0 || (kind & SegmentAttributes.ExpandDownOrConforming) == 0);

    private void Free()
    {
        if (_disposed) return;
        _disposed = true;
        _memory.RemoveObserver(Mmu);
        GCHandle.FromIntPtr(State->Owner).Free();
        NativeMemory.Free(State->ExitOperation);
        StateMemory.Free(State);
        _finder?.Free(); // Null where the host has refused the engine.
    }
}
