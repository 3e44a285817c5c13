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
    private readonly BlockDecoder _decoder = new();
    private readonly BlockCache _blocks;
    private readonly IExecutionEngine _engine;
    private readonly Block* _scratch;
    private readonly byte* _crossing;
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
        _scratch = (Block*)NativeMemory.AlignedAlloc((nuint)(sizeof(Block) + (BlockDecoder.InstructionLimit + 1) * sizeof(Op)), 64);
        _crossing = (byte*)NativeMemory.AllocZeroed(32);
        State->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(this, GCHandleType.Weak));
        State->ExitOperation = (Op*)NativeMemory.AllocZeroed(2, (nuint)sizeof(Op));
        State->ExitOperation[0].Handler = &Flow.Exit;
        State->ExitOperation[1].Handler = &Flow.EnterUnlinked;
        _engine = Engines.Create(engine ?? EngineOptions.Default, State, memory);
        _blocks = new BlockCache(State, memory, _engine);
        Mmu = new Mmu(State, memory, bus, _blocks);
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

        Block* block = FindBlock(budget);
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
        Block* block = DecodeAt(1, _scratch);
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

    private void DeliverException()
    {
        if (State->ExitingOperation != null) Rewind();
        State->LinkSource = null;
        State->Exit = ExitCause.None;
        _clock++;
        Statistics.Exceptions++;
        ulong returnRip = State->ExceptionKind == InterruptKind.Exception ? State->Rip : State->ExceptionReturn;
        _interrupts.Deliver(State->ExceptionVector, State->ExceptionKind, State->ExceptionErrorCode, returnRip);
    }

    private Block* FindBlock(long budget)
    {
        JumpCacheEntry* entry = JumpCacheEntry.For(State, State->Rip);
        Block* block = entry->Rip == State->Rip && entry->Key == State->JumpKey && entry->Block->Count != 0
            ? entry->Block : FindBlockSlow(entry);
        if (block == null)
        {
            State->LinkSource = null;
            return null;
        }

        if (block->Count > budget)
        {
            State->LinkSource = null;
            return DecodeAt((int)budget, _scratch);
        }

        Link(block);
        return block;
    }

    private void Link(Block* block)
    {
        Op* source = State->LinkSource;
        State->LinkSource = null;
        if (source == null || block == _scratch || source->Block == _scratch) return;
        Links.TryAdd(source, block);
    }

    private Block* FindBlockSlow(JumpCacheEntry* entry)
    {
        if (!TryLocate(out ulong linear, out ulong physical)) return null;
        Block* block = _blocks.Find(physical, State->Mode);
        if (block == null)
        {
            block = Decode(linear, physical);
            if (block == null || block == _scratch) return block;
        }

        if ((State->Mode & CpuMode.Flat) == 0) return block;
        _blocks.NoteTarget(State->Rip, Mmu.IsGlobal(linear));
        entry->Rip = State->Rip;
        entry->Key = State->JumpKey;
        entry->Block = block;
        entry->Code = block->Code != 0 ? block->Code : State->UntranslatedCode;
        return block;
    }

    /// <summary>Checks the instruction pointer and translates it; on failure the exception has been delivered.</summary>
    private bool TryLocate(out ulong linear, out ulong physical)
    {
        State->Exit = ExitCause.None;
        State->ExitingOperation = null;
        linear = State->Rip;
        physical = 0;
        bool valid;
        if ((State->Mode & CpuMode.Code64) != 0)
        {
            valid = Canonical.Is(linear);
        }
        else
        {
            ref SegmentRegister code = ref State->Segments[(int)SegmentIndex.Cs];
            valid = linear <= code.Limit;
            linear = (uint)(code.Base + linear);
        }

        if (!valid) Faults.Raise(State, null, Vectors.GeneralProtection, 0);
        if (valid && Mmu.TryTranslateFetch(linear, out physical)) return true;
        DeliverException();
        return false;
    }

    private Block* Decode(ulong linear, ulong physical)
    {
        int page = _memory.PageOf(physical);
        if (page < 0) return DecodeAt(1, _scratch);
        int offset = (int)(physical & (GuestMemory.PageSize - 1));
        int count = _decoder.Read(_memory.Frame(page) + offset, LengthInSegment(GuestMemory.PageSize - offset), State->Rip, State->Mode, int.MaxValue);
        if (count == 0) return DecodeCrossing(linear, physical);

        Block* block = Allocate();
        _decoder.Emit(block, physical, State->Rip, State->Mode);
        _blocks.Add(block);
        return block;
    }

    /// <summary>The block of an instruction that reaches into the next page.</summary>
    private Block* DecodeCrossing(ulong linear, ulong physical)
    {
        if ((State->Mode & CpuMode.Flat) == 0) return DecodeAt(1, _scratch);
        if (!TryGatherCrossing(linear, physical, out int length, out ulong nextPage)) return null;
        if (_memory.PageOf(nextPage) < 0) return DecodeAt(1, _scratch);
        _decoder.Read(_crossing, length, State->Rip, State->Mode, 1);
        Block* block = Allocate();
        _decoder.Emit(block, physical, State->Rip, State->Mode);
        PageCrossing.Guard(block, nextPage);
        _blocks.Add(block);
        return block;
    }

    private Block* Allocate()
    {
        Block* block = _blocks.TryAllocate(_decoder.OperationLimit);
        if (block != null) return block;
        _blocks.Empty();
        State->LinkSource = null;
        return _blocks.TryAllocate(_decoder.OperationLimit);
    }

    /// <summary>Decodes at most so many instructions at RIP for one run only; null where the fetch faulted.</summary>
    private Block* DecodeAt(int limit, Block* place)
    {
        if (!TryLocate(out ulong linear, out ulong physical)) return null;
        int offset = (int)(physical & (GuestMemory.PageSize - 1));
        int here = LengthInSegment(GuestMemory.PageSize - offset);
        int page = _memory.PageOf(physical);
        if (page >= 0 && _decoder.Read(_memory.Frame(page) + offset, here, State->Rip, State->Mode, limit) != 0)
        {
            _decoder.Emit(place, physical, State->Rip, State->Mode);
            return place;
        }

        if (!TryGatherCrossing(linear, physical, out int length, out _)) return null;
        if (_decoder.Read(_crossing, length, State->Rip, State->Mode, 1) == 0)
        {
            // The code segment ends inside the instruction.
            Faults.Raise(State, null, Vectors.GeneralProtection, 0);
            DeliverException();
            return null;
        }

        _decoder.Emit(place, physical, State->Rip, State->Mode);
        return place;
    }

    /// <summary>Collects the bytes of an instruction that reaches into the next page, or lies in no RAM.</summary>
    private bool TryGatherCrossing(ulong linear, ulong physical, out int length, out ulong nextPage)
    {
        nextPage = 0;
        int here = Math.Min(15, GuestMemory.PageSize - (int)(physical & (GuestMemory.PageSize - 1)));
        length = LengthInSegment(15);
        new Span<byte>(_crossing, 32).Fill(0xFF);
        _memory.TryRead(physical, new Span<byte>(_crossing, here));
        if (length <= here) return true;

        ulong next = linear + (ulong)here;
        if ((State->Mode & CpuMode.Code64) == 0) next = (uint)next;
        State->Exit = ExitCause.None;
        if (!Mmu.TryTranslateFetch(next, out ulong nextPhysical))
        {
            DeliverException();
            return false;
        }

        nextPage = nextPhysical;
        _memory.TryRead(nextPhysical, new Span<byte>(_crossing + here, 15 - here));
        return true;
    }

    private int LengthInSegment(int length)
    {
        if ((State->Mode & (CpuMode.Code64 | CpuMode.Flat)) != 0) return length;
        ulong left = (ulong)State->Segments[(int)SegmentIndex.Cs].Limit - State->Rip + 1;
        return (int)Math.Min((ulong)length, left);
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
        NativeMemory.AlignedFree(State);
        NativeMemory.AlignedFree(_scratch);
        NativeMemory.Free(_crossing);
    }
}
