using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>One unit on its way to host code: what emitters write to, and what they know.</summary>
/// <remarks>
/// An emitter checks all that can go wrong before it changes anything of the guest, and leaves by <see cref="Exits"/>
/// where it does; the interpreter then carries the instruction out. R10 and R11 are free between instructions.
/// </remarks>
internal sealed unsafe class Emission
{
    public Emission(TranslatorOptions options)
    {
        Slots = new SlotAllocator(options.AccessSlots);
        Flags = new FlagEmitter(Code);
        Vectors = new VectorCache(Code);
        Exits = new ExitEmitter(Code, Flags, Vectors);
        Edges = new EdgeList(Code, Flags, Vectors);
        Memory = new MemoryEmitter(this);
    }

    public HostCode Code { get; } = new();

    public FlagEmitter Flags { get; }

    public VectorCache Vectors { get; }

    public ExitEmitter Exits { get; }

    public EdgeList Edges { get; }

    public SlotAllocator Slots { get; }

    public MemoryEmitter Memory { get; }

    public Block* Block { get; private set; }

    public bool Is64 { get; private set; }

    /// <summary>The code runs at level 3.</summary>
    public bool IsUser { get; private set; }

    /// <summary>Vector instructions raise an exception in the block's mode.</summary>
    public bool TrapsVectors { get; private set; }

    /// <summary>Bytes of an instruction pointer, and of a stack word, where no prefix says otherwise.</summary>
    public int Word { get; private set; }

    /// <summary>Bytes of the stack pointer that count.</summary>
    public int StackPointerBytes { get; private set; }

    /// <summary>CS, DS, ES and SS have no base and no limit that matters.</summary>
    public bool IsFlat { get; private set; }

    /// <summary>Some flag may be looked at between the current instruction and the next that replaces them all.</summary>
    public bool FlagsLive { get; private set; }

    /// <summary>The operand that R10 points to, if somebody may ask for it.</summary>
    public Operand MemoryOperand => FlagsLive ? Operand.Memory : Operand.Slot;

    /// <summary>The operation of the current instruction.</summary>
    public Op* Op { get; private set; }

    /// <summary>Begins a unit: nothing is known of flags and vectors but that the state has them.</summary>
    public void BeginUnit(byte* start, byte* limit)
    {
        Code.Begin(start, limit);
        Exits.Clear();
        Edges.Clear();
        Slots.BeginUnit();
        Flags.Current = FlagState.AtEntry;
        Vectors.State = default;
    }

    public void BeginBlock(Block* block)
    {
        Block = block;
        Is64 = (block->Mode & CpuMode.Code64) != 0;
        IsFlat = (block->Mode & CpuMode.Flat) != 0;
        Word = Is64 ? 8 : (block->Mode & CpuMode.Code32) != 0 ? 4 : 2;
        StackPointerBytes = Is64 ? 8 : (block->Mode & CpuMode.Stack32) != 0 ? 4 : 2;
        IsUser = (block->Mode & CpuMode.User) != 0;
        TrapsVectors = (block->Mode & CpuMode.SseTraps) != 0;
        Exits.Block = block;
    }

    public void BeginInstruction(int index, bool flagsLive)
    {
        Op = Block->First + index;
        FlagsLive = flagsLive;
        Exits.Current = index;
        Edges.Source = Op;
    }

    public EmissionMark Mark() => new((nint)Code.Position, Flags.Current, Vectors.State, Exits.PendingCount, Edges.Count);

    public void Rewind(in EmissionMark mark)
    {
        Code.Rewind((byte*)mark.Position);
        Flags.Current = mark.Flags;
        Vectors.State = mark.Vectors;
        Exits.Rewind(mark.Exits);
        Edges.Rewind(mark.Edges);
    }

    /// <summary>Brings all that lies in host registers for a while to the state: other units begin without it.</summary>
    public void EndUnit()
    {
        Flags.Flush();
        Vectors.Flush();
    }

    /// <summary>A host register that holds a guest register, of whatever width; high bytes come down to the low byte.</summary>
    /// <param name="register">As Iced names it.</param>
    /// <param name="free">A host register to load it into where it has none of its own.</param>
    public int Read(Register register, int free)
    {
        if (IsHighByte(register))
        {
            Code.Emit(0x88, 1, register - Register.AL, Temporary);
            Code.Emit(Opcode.ZeroExtendByte, 4, free, Temporary);
            return free;
        }

        int guest = GuestRegister.NumberOf(register);
        int host = HostRegister.Of(guest);
        if (host != HostRegister.InState) return host;
        Code.Emit(Opcode.Load, 8, free, Place.State(8 * guest));
        return free;
    }

    /// <summary>The register as a source operand, without loading it; high bytes are loaded into the free one.</summary>
    public Place Source(Register register, int free)
    {
        if (IsHighByte(register)) return Place.Register(Read(register, free));
        int guest = GuestRegister.NumberOf(register);
        int host = HostRegister.Of(guest);
        return host == HostRegister.InState ? Place.State(8 * guest) : Place.Register(host);
    }

    /// <summary>Where to compute a new value of the register; <see cref="Finish"/> follows. R11 is used.</summary>
    /// <param name="register">As Iced names it.</param>
    /// <param name="free">A host register for those that have none of their own.</param>
    /// <param name="reads">The old value is an operand, or part of it stays.</param>
    public int Target(Register register, int free, bool reads)
    {
        Flags.Save(GuestRegister.NumberOf(register), FlagsLive);
        if (reads || register.GetSize() < 4) return Read(register, free);
        int host = HostRegister.Of(GuestRegister.NumberOf(register));
        return host == HostRegister.InState ? free : host;
    }

    /// <summary>Brings a new value to where the register lives; no flag changes.</summary>
    public void Finish(Register register, int host)
    {
        if (IsHighByte(register))
        {
            Code.Emit(0x88 | Opcode.ByteRegister, 1, host, Temporary);
            Code.Emit(0x8A, 1, register - Register.AL, Temporary);
            return;
        }

        int guest = GuestRegister.NumberOf(register);
        if (HostRegister.Of(guest) == HostRegister.InState) Code.Emit(Opcode.Store, 8, host, Place.State(8 * guest));
    }

    /// <summary>Where the next page is another than the block's bytes were read from, the interpreter runs it.</summary>
    /// <remarks>See <see cref="PageCrossing"/>.</remarks>
    public void CheckCrossing()
    {
        const int address = HostRegister.Address;
        const int entry = HostRegister.Scratch;
        BeginInstruction(0, flagsLive: true);
        Code.Emit(Opcode.Load, 8, address, Place.State(StateOffset.CodePage));
        if (!IsFlat) CheckCodeLimit(address, entry);
        Code.Arithmetic(0, 8, Place.Register(address), GuestMemory.PageSize);
        if (!Is64) Code.Emit(Opcode.Load, 4, address, address);
        BufferLookUp.Emit(Code, entry, address);
        Code.Emit(Opcode.Cmp, 8, address, BufferLookUp.Field(entry, IsUser, StateOffset.EntryReadTag));
        Exits.LeaveIf(Condition.NotEqual);
        Code.Emit(Opcode.Load, 8, address, BufferLookUp.Field(entry, IsUser, StateOffset.EntryFrame));
        Code.Arithmetic(4, 8, Place.Register(address), -GuestMemory.PageSize | (int)TlbRights.Execute);
        Code.LoadConstant(entry, Block->NextPage & ~(ulong)(GuestMemory.PageSize - 1) | (uint)TlbRights.Execute);
        Code.Emit(Opcode.Cmp, 8, address, entry);
        Exits.LeaveIf(Condition.NotEqual);
        Flags.Current.HostValid = 0;
    }

    /// <summary>The end of the block lies in the code segment, and the register with <see cref="CpuState.CodePage"/> becomes linear.</summary>
    private void CheckCodeLimit(int page, int free)
    {
        int last = (int)(Block->PhysicalAddress & (GuestMemory.PageSize - 1)) + Block->LengthBytes - 1;
        Code.Arithmetic(0, 8, Place.Register(page), last);
        Code.Emit(Opcode.Load, 4, free, Place.State(StateOffset.CodeLimit));
        Code.Emit(Opcode.Cmp, 8, page, free);
        Exits.LeaveIf(Condition.Above);
        Code.Arithmetic(5, 8, Place.Register(page), last);
        Code.Emit(Opcode.Add, 8, page, Place.State(StateOffset.CodeBase));
    }

    /// <summary>Makes the host's flags the guest's, as far as they are wanted; R11 is used.</summary>
    public void NeedFlags(uint wanted)
    {
        ref FlagState flags = ref Flags.Current;
        if ((flags.HostValid & wanted) == wanted) return;
        if (Flags.CanReplay(wanted))
        {
            Flags.Replay();
            return;
        }

        Flags.Flush();
        Code.Arithmetic(7, 4, Place.State(StateOffset.LazyKind), FlagWord.LoadableLimit);
        Exits.LeaveIf(Condition.Above);
        Code.CallTo(Exits.Common.LoadFlags);
        flags.HostValid = State.Flags.Status & ~State.Flags.Adjust;
    }

    /// <summary>The host computes by the guest's MXCSR from here on; where an exception is not masked, the interpreter does.</summary>
    public void NeedFloatControl()
    {
        if (Vectors.State.HasControl) return;
        Vectors.State = Vectors.State with { HasControl = true };
        Flags.Current.HostValid = 0;
        Exits.LoadControlOnce();
    }

    /// <summary>Below the stack pointer of the host, which signals leave alone.</summary>
    private static Place Temporary => Place.Memory(HostRegister.Rsp, -8);

    private static bool IsHighByte(Register register) => register is >= Register.AH and <= Register.BH;
}
