using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>The ways out of a translated block: to the interpreter in the middle of it, to other blocks at its end.</summary>
/// <remarks>What is rare lies behind the block's code; <see cref="Complete"/> writes it.</remarks>
internal sealed unsafe class ExitEmitter(HostCode code, FlagEmitter flags, VectorCache vectors)
{
    /// <summary>Length of what <see cref="EmitPrologue"/> writes; the interpreter has charged the block already, and enters behind it.</summary>
    public const int PrologueBytes = 11;

    /// <summary>Where in a prologue the count lies that it takes from the budget.</summary>
    private const int ChargeOffset = 4;

    /// <summary>The masks of MXCSR.</summary>
    private const int ExceptionMasks = 0x1F80;

    private readonly List<PendingExit> _pending = [];
    private readonly List<OpenEdge> _edges = [];

    /// <summary>Routines that all blocks share; set once they are written.</summary>
    public CommonCode Common { get; set; } = CommonCode.None;

    /// <summary>Number of the instruction that is being emitted.</summary>
    public int Current { get; set; }

    /// <summary>The jumps that lead to other blocks, to be closed when those are translated.</summary>
    public IReadOnlyList<OpenEdge> Edges => _edges;

    public int PendingCount => _pending.Count;

    /// <summary>The block whose code is being written.</summary>
    public Block* Block { get; set; }

    public void Clear()
    {
        _pending.Clear();
        _edges.Clear();
    }

    public void Rewind(int pendingCount) => _pending.RemoveRange(pendingCount, _pending.Count - pendingCount);

    /// <summary>Charges the block; where the budget does not cover it, nothing of it runs.</summary>
    public void EmitPrologue()
    {
        code.Emit(0x83, 8, 5, Place.State(StateOffset.Budget));
        code.Byte(Block->Count);
        Current = 0;
        Add(ExitReason.BudgetSpent, (nint)code.JumpIf(Condition.Sign));
        flags.Current.HostValid = 0;
    }

    /// <summary>Lets a prologue that has been written charge more instructions than its block's.</summary>
    public void ChargeMore(byte* prologue, int instructions)
    {
        if (!code.IsFull) prologue[ChargeOffset] += (byte)instructions;
    }

    /// <summary>Lets exits give back what is charged of rounds that do not run.</summary>
    /// <param name="firstExit">Number of the first exit.</param>
    /// <param name="endExit">Number of the first one behind them.</param>
    /// <param name="refund">Instructions.</param>
    public void RefundAt(int firstExit, int endExit, int refund)
    {
        for (int i = firstExit; i < endExit; i++) _pending[i] = _pending[i] with { Refund = refund };
    }

    /// <summary>Gives back to the budget; the host's flags are used.</summary>
    public void Refund(int instructions)
    {
        if (instructions == 0) return;
        code.Arithmetic(0, 8, Place.State(StateOffset.Budget), instructions);
    }

    /// <summary>Leaves before the current instruction, which the interpreter then carries out.</summary>
    public void LeaveIf(int condition) => Add((nint)code.JumpIf(condition));

    /// <summary>Where the comparison before found the access slot wrong, it is filled from the translation buffer, or the code left.</summary>
    /// <param name="slot">Offset of the slot in the state.</param>
    /// <param name="routine">The common routine that fills it.</param>
    public void RefillUnlessBelow(int slot, byte* routine)
    {
        Add(ExitReason.Refill, (nint)code.JumpIf(Condition.NotBelow));
        _pending[^1] = _pending[^1] with { Slot = slot, Routine = (nint)routine };
    }

    /// <summary>The place where the detours of the last <see cref="RefillUnlessBelow"/> come back.</summary>
    public void ReturnHere() => _pending[^1] = _pending[^1] with { Return = (nint)code.Position };

    public void Leave() => Add((nint)code.Jump());

    /// <summary>Makes the guest's MXCSR the host's, unless it is already.</summary>
    public void LoadControlOnce()
    {
        code.Arithmetic(7, 1, Place.State(StateOffset.HostFloat), 0);
        Add(ExitReason.LoadControl, (nint)code.JumpIf(Condition.Equal));
        ReturnHere();
    }

    /// <summary>Goes to the linear address in R10 if the jump cache knows it, after a last step; else the interpreter takes the branch.</summary>
    /// <param name="lastStep">What the branch does besides; it must leave R11 and cannot fail.</param>
    public void JumpOrLeave(Action? lastStep)
    {
        (nint otherAddress, nint otherKey) = LookUp();
        Add(otherAddress);
        Add(otherKey);
        lastStep?.Invoke();
        EnterFound();
    }

    /// <summary>As <see cref="JumpOrLeave"/>, where all is done that the branch does: the dispatcher finds the address.</summary>
    public void JumpOrLeaveBehind()
    {
        (nint otherAddress, nint otherKey) = LookUp();
        code.SetTarget((byte*)otherAddress, Common.LeaveTo);
        code.SetTarget((byte*)otherKey, Common.Untranslated);
        EnterFound();
    }

    /// <summary>Writes the way along an edge out of the unit, with the state as others expect it.</summary>
    /// <param name="edge">The way; other pages are asked of the jump cache.</param>
    /// <param name="firstEdge">The number of the unit's first edge.</param>
    public void LeaveUnit(in PendingEdge edge, int firstEdge)
    {
        // Targets in the page do not wrap around, nor do instructions in a row.
        int targetBytes = Is64 ? 8 : Is16 && !edge.IsInPage && !edge.IsOther ? 2 : 4;
        bool isDirect = edge.Jump != 0 && edge.IsInPage && edge.Flags == FlagState.AtEntry && edge.Vectors.Dirty == 0 && edge.Refund == 0;
        byte* jump = (byte*)edge.Jump;
        if (!isDirect)
        {
            if (jump != null) code.Land(jump);
            Refund(edge.Refund);
            flags.Describe(edge.Flags);
            vectors.Store(edge.Vectors.Dirty);
            if (edge.IsInPage) jump = code.Jump();
        }

        if (!edge.IsInPage)
        {
            FormTarget(edge.Target, targetBytes);
            if (edge.MayFault)
            {
                Op* source = (Op*)edge.Source;
                Block = source->Block;
                Current = source->Position;
                flags.Current = FlagState.AtEntry;
                vectors.State = default;
                LeaveBeyondLimit();
            }

            JumpAcrossPages();
        }

        byte* stub = code.Position;
        if (edge.IsInPage) code.Land(jump);
        _edges.Add(new OpenEdge((nint)jump, edge.Target, edge.Source, edge.IsOther) { Stub = (nint)stub });
        code.StoreConstant(Place.State(StateOffset.OpenJump), firstEdge + _edges.Count);
        FormTarget(edge.Target, targetBytes);
        code.JumpTo(Common.LeaveTo);
    }

    /// <summary>Writes what was put off.</summary>
    public void Complete()
    {
        PendingExit last = default;
        byte* lastStub = null;
        for (int i = 0; i < _pending.Count; i++)
        {
            PendingExit exit = _pending[i];
            if (lastStub == null || exit with { Jump = last.Jump } != last)
            {
                lastStub = code.Position;
                EmitStub(exit);
            }

            last = exit;
            code.SetTarget((byte*)exit.Jump, lastStub);
        }
    }

    private void Add(nint jump) => Add(ExitReason.Instruction, jump);

    private void Add(ExitReason reason, nint jump) => _pending.Add(
        new PendingExit(reason, jump, (nint)Block, Current, flags.Current with { HostValid = 0 }, vectors.State.Dirty));

    private void EmitStub(in PendingExit exit)
    {
        if (exit.Reason == ExitReason.Refill)
        {
            EmitRefill(exit);
            return;
        }

        if (exit.Reason == ExitReason.LoadControl) EmitLoadControl(exit);
        Block* block = (Block*)exit.Block;
        flags.Describe(exit.Flags);
        vectors.Store(exit.Vectors);
        Refund(exit.Refund);
        if (exit.Reason == ExitReason.BudgetSpent)
        {
            if (exit.Refund != 0) LeaveForOneRound(block);
            Refund(block->Count);
            code.Emit(0xC7, 4, 0, Place.State(StateOffset.Exit));
            code.Int32((int)ExitCause.BudgetSpent);
            code.Emit(Opcode.Load, 8, HostRegister.Address, Place.State(StateOffset.ExitOperation));
        }
        else
        {
            LoadOperation(block, exit.Instruction);
        }

        LeaveAt(block);
    }

    /// <summary>What is left of the budget is enough for one round of a block: the interpreter runs it.</summary>
    private void LeaveForOneRound(Block* block)
    {
        code.Arithmetic(7, 8, Place.State(StateOffset.Budget), 0);
        byte* spent = code.JumpIf(Condition.Sign);
        LoadOperation(block, 0);
        LeaveAt(block);
        code.Land(spent);
    }

    private void LoadOperation(Block* block, int instruction)
    {
        // The first operation has been replaced by the entry to this code: the mark asks for the one before.
        ulong mark = instruction == 0 ? 1UL : 0;
        code.LoadConstant(HostRegister.Address, (ulong)(block->First + instruction) | mark);
    }

    private void LeaveAt(Block* block)
    {
        code.LoadConstant(HostRegister.Scratch, block->PhysicalAddress & (GuestMemory.PageSize - 1));
        code.JumpTo(Common.LeaveAt);
    }

    /// <summary>The way out, where the routine fails, is put off once more: many share it.</summary>
    private void EmitRefill(in PendingExit exit)
    {
        code.LoadConstant(HostRegister.Scratch, (ulong)(uint)HostRegister.Displacement(exit.Slot));
        code.CallTo((byte*)exit.Routine);
        nint failed = (nint)code.JumpIf(Condition.Below);
        code.JumpTo((byte*)exit.Return);
        _pending.Add(exit with { Reason = ExitReason.Instruction, Jump = failed, Slot = 0, Routine = 0, Return = 0 });
    }

    private void EmitLoadControl(in PendingExit exit)
    {
        code.Emit(Opcode.Load, 4, HostRegister.Scratch, Place.State(StateOffset.Mxcsr));
        code.Emit(0xF7, 4, 2, HostRegister.Scratch);
        code.Emit(0xF7, 4, 0, HostRegister.Scratch);
        code.Int32(ExceptionMasks);
        byte* unmasked = code.JumpIf(Condition.NotEqual);
        code.Emit(Opcode.Map0F | 0xAE, 4, 2, Place.State(StateOffset.Mxcsr));
        code.StoreConstant(Place.State(StateOffset.HostFloat), 1);
        code.JumpTo((byte*)exit.Return);
        code.Land(unmasked);
    }

    /// <summary>A direct branch out of its page; goes on behind this where the jump cache does not know the target.</summary>
    private void JumpAcrossPages()
    {
        (nint otherAddress, nint otherKey) = LookUp();
        EnterFound();
        code.Land((byte*)otherAddress);
        code.Land((byte*)otherKey);
    }

    /// <summary>Looks for the linear address in R10 in the jump cache: the entry's place there in R11. R10 is lost.</summary>
    /// <returns>The jumps that are taken when it is not found: by the address, where R10 stays, and by the key.</returns>
    private (nint OtherAddress, nint OtherKey) LookUp()
    {
        const int target = HostRegister.Address;
        const int entry = HostRegister.Scratch;
        code.Emit(0x69, 8, entry, target);
        code.Int32(JumpCacheEntry.Fold);
        code.Emit(0xC1, 8, 5, entry);
        code.Byte(JumpCacheEntry.Bits - JumpCacheEntry.SizeBits);
        code.Arithmetic(4, 4, Place.Register(entry), (JumpCacheEntry.Count - 1) << JumpCacheEntry.SizeBits);
        code.Emit(Opcode.Cmp, 8, target, CommonRoutines.Cached(StateOffset.CachedRip));
        byte* otherAddress = code.JumpIf(Condition.NotEqual);
        code.Emit(Opcode.Load, 8, target, Place.State(StateOffset.JumpKey));
        code.Emit(Opcode.Cmp, 8, target, CommonRoutines.Cached(StateOffset.CachedKey));
        return ((nint)otherAddress, (nint)code.JumpIf(Condition.NotEqual));
    }

    /// <summary>R10 becomes the page that code runs in, and the code of the entry in R11 is entered.</summary>
    private void EnterFound()
    {
        bool isFlat = (Block->Mode & CpuMode.Flat) != 0;
        code.Emit(Opcode.Load, 8, HostRegister.Address, CommonRoutines.Cached(StateOffset.CachedRip));
        if (!isFlat) code.Emit(Opcode.Add, 8, HostRegister.Address, Place.State(StateOffset.CodeBase));
        code.Arithmetic(4, 8, Place.Register(HostRegister.Address), -GuestMemory.PageSize);
        if (!isFlat) code.Emit(Opcode.Sub, 8, HostRegister.Address, Place.State(StateOffset.CodeBase));
        code.Emit(Opcode.Store, 8, HostRegister.Address, Place.State(StateOffset.CodePage));
        code.Emit(0xFF, 4, 4, CommonRoutines.Cached(StateOffset.CachedCode));
    }

    /// <summary>The instruction pointer of a place relative to the current page, in R10.</summary>
    /// <param name="target">From the start of the page.</param>
    /// <param name="bytes">What it is cut to.</param>
    public void FormTarget(long target, int bytes)
    {
        const int address = HostRegister.Address;
        code.Emit(Opcode.Load, 8, address, Place.State(StateOffset.CodePage));
        code.Emit(Opcode.Lea, Math.Max(bytes, 4), address, Place.Memory(address, (int)target));
        if (bytes == 2) code.Emit(Opcode.ZeroExtendWord, 4, address, address);
    }

    /// <summary>Leaves where the instruction pointer in R10 lies beyond the limit of the code segment; the host's flags are used.</summary>
    public void LeaveBeyondLimit()
    {
        code.Emit(Opcode.Cmp, 4, HostRegister.Address, Place.State(StateOffset.CodeLimit));
        LeaveIf(Condition.Above);
    }

    private bool Is64 => (Block->Mode & CpuMode.Code64) != 0;

    private bool Is16 => (Block->Mode & (CpuMode.Code64 | CpuMode.Code32)) == 0;
}
