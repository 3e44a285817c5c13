using TestLab.Processor.Translation.Host;
using static TestLab.Processor.State.Flags;

namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>Emits what describes the status flags, and what brings them back into the host's.</summary>
internal sealed unsafe class FlagEmitter(HostCode code)
{
    private FlagState _state;

    /// <summary>What is known at the current position.</summary>
    public ref FlagState Current => ref _state;

    /// <summary>Writes a description to the state; no flag of the host changes, and R11 is used at most.</summary>
    public void Describe(in FlagState flags)
    {
        if (flags.CarryKind != CarryKind.None) Store(flags.Carry, StateOffset.LazyCarry, flags.CarrySize);
        if (flags.InState)
        {
            if (flags.CarryKind == CarryKind.None) return;
            code.Emit(0xC6 | Opcode.BytePlace, 1, 0, Place.State(StateOffset.LazyKind + FlagWord.CarryByte));
            code.Byte(FlagWord.OfCarry(flags.CarryKind, flags.CarrySize));
            return;
        }

        Store(flags.Left, StateOffset.LazyLeft, flags.Size);
        Store(flags.Right, StateOffset.LazyRight, flags.Size);
        int word = FlagWord.Of(flags.Kind, flags.Size);
        if (flags.CarryKind != CarryKind.None) word |= FlagWord.OfCarry(flags.CarryKind, flags.CarrySize) << 8;
        code.StoreConstant(Place.State(StateOffset.LazyKind), word);
    }

    /// <summary>From here on the description is in the state.</summary>
    public void Flush()
    {
        Describe(_state);
        uint valid = _state.HostValid;
        _state = FlagState.AtEntry with { HostValid = valid };
    }

    /// <summary>The instruction before has replaced all flags.</summary>
    public void Set(FlagKind kind, int size, Operand left, Operand right, uint hostValid) => _state = new FlagState
    {
        Kind = kind,
        Size = size,
        Left = left,
        Right = right,
        HostValid = hostValid,
    };

    /// <summary>The instruction before has set the flags that the kind has bytes for, and cleared the others.</summary>
    /// <param name="kind">See <see cref="FlagBytes"/>.</param>
    /// <param name="live">They may be looked at.</param>
    public void SetBytes(FlagKind kind, bool live)
    {
        int place = StateOffset.LazyLeft;
        if (live)
        {
            foreach ((_, int condition) in FlagBytes.Of(kind))
                code.Emit(Opcode.SetCondition | (uint)condition, 1, 0, Place.State(place++));
        }

        Set(kind, 1, Operand.Slot, Operand.None, Status);
    }

    /// <summary>The instruction is about to replace all flags: nobody asks for the old ones any more.</summary>
    public void Drop() => _state = default;

    /// <summary>The instruction before has replaced CF only, or CF and OF.</summary>
    public void SetCarry(CarryKind kind, int size, Operand carry)
    {
        _state.CarryKind = kind;
        _state.CarrySize = size;
        _state.Carry = carry;
    }

    /// <summary>A register is about to change: operands that it holds go to the state, if the flags still matter. R11 is used.</summary>
    public void Save(int guest, bool live)
    {
        if (_state.Left.Is(guest)) _state.Left = Moved(_state.Left, StateOffset.LazyLeft, live);
        if (_state.Right.Is(guest)) _state.Right = Moved(_state.Right, StateOffset.LazyRight, live);
        if (_state.Carry.Is(guest)) _state.Carry = Moved(_state.Carry, StateOffset.LazyCarry, live);
    }

    /// <summary>An operand is where R10 points to.</summary>
    public bool NeedsAddress => _state.Left.Where == OperandPlace.Memory || _state.Right.Where == OperandPlace.Memory;

    /// <summary>R10, or what it points to, is about to change: an operand from there goes to the state. R11 is used.</summary>
    public void SaveMemory()
    {
        if (_state.Left.Where == OperandPlace.Memory) _state.Left = Moved(_state.Left, StateOffset.LazyLeft, live: true);
        if (_state.Right.Where == OperandPlace.Memory) _state.Right = Moved(_state.Right, StateOffset.LazyRight, live: true);
    }

    /// <summary>Whether <see cref="Replay"/> can give the wanted flags.</summary>
    public bool CanReplay(uint wanted) => !_state.InState
        && _state.Kind is FlagKind.Logic or FlagKind.Compare or FlagKind.Test or FlagKind.Sum or FlagKind.Difference
        && _state.CarryKind switch { CarryKind.None => true, CarryKind.Given => (wanted & Carry) == 0, _ => (wanted & (Carry | Overflow)) == 0 };

    /// <summary>Computes the host's flags anew from the operands; R11 is used.</summary>
    public void Replay()
    {
        int size = _state.Size;
        int left = InRegister(_state.Left, StateOffset.LazyLeft);
        switch (_state.Kind)
        {
            case FlagKind.Logic: code.Emit(Opcode.Sized(Opcode.Test, size), size, left, left); break;
            case FlagKind.Compare: Combine(7, size, left); break;
            case FlagKind.Test:
                if (left != HostRegister.Scratch) code.Emit(Opcode.Load, 8, HostRegister.Scratch, left);
                Combine(4, size, HostRegister.Scratch);
                break;
            default:
                if (left != HostRegister.Scratch) code.Emit(Opcode.Load, 8, HostRegister.Scratch, left);
                bool sum = _state.Kind == FlagKind.Sum;
                Combine(sum ? 5 : 0, size, HostRegister.Scratch);
                Combine(sum ? 0 : 5, size, HostRegister.Scratch);
                break;
        }

        _state.HostValid = _state.Kind is FlagKind.Logic or FlagKind.Test ? Status & ~Adjust : Status;
        if (_state.CarryKind != CarryKind.None) _state.HostValid &= ~Carry;
        if (_state.CarryKind is CarryKind.RotateLeft or CarryKind.RotateRight) _state.HostValid &= ~Overflow;
    }

    /// <summary>One of the eight arithmetic operations with the right operand.</summary>
    private void Combine(int operation, int size, int register)
    {
        if (_state.Right.Where == OperandPlace.Constant)
        {
            Place place = Place.Register(register);
            if (size == 1) code.Emit(0x80 | Opcode.BytePlace, 1, operation, place);
            else code.Emit(0x81, size, operation, place);
            code.Immediate(size, _state.Right.Value);
            return;
        }

        code.Emit(Opcode.Sized((uint)(operation << 3 | 3), size), size, register, PlaceOf(_state.Right, StateOffset.LazyRight));
    }

    private int InRegister(Operand operand, int slot)
    {
        if (operand.Where == OperandPlace.Guest && HostRegister.Of(operand.Value) is var host and not HostRegister.InState) return host;
        if (operand.Where == OperandPlace.Memory) code.LoadZeroExtended(_state.Size, HostRegister.Scratch, PlaceOf(operand, slot));
        else if (operand.Where == OperandPlace.Constant) code.LoadConstant(HostRegister.Scratch, (ulong)operand.Value);
        else code.Emit(Opcode.Load, 8, HostRegister.Scratch, PlaceOf(operand, slot));
        return HostRegister.Scratch;
    }

    private Operand Moved(Operand operand, int slot, bool live)
    {
        if (live) Store(operand, slot, _state.Size);
        return Operand.Slot;
    }

    private void Store(Operand operand, int slot, int size)
    {
        switch (operand.Where)
        {
            case OperandPlace.Constant: code.StoreConstant(Place.State(slot), operand.Value); break;
            case OperandPlace.Guest:
                int host = HostRegister.Of(operand.Value);
                if (host == HostRegister.InState)
                {
                    code.Emit(Opcode.Load, 8, HostRegister.Scratch, Place.State(8 * operand.Value));
                    host = HostRegister.Scratch;
                }

                code.Emit(Opcode.Store, 8, host, Place.State(slot));
                break;
            case OperandPlace.Memory:
                code.LoadZeroExtended(size, HostRegister.Scratch, PlaceOf(operand, slot));
                code.Emit(Opcode.Store, 8, HostRegister.Scratch, Place.State(slot));
                break;
        }
    }

    private static Place PlaceOf(Operand operand, int slot)
    {
        if (operand.Where == OperandPlace.Memory) return Place.Memory(HostRegister.Address);
        if (operand.Where != OperandPlace.Guest) return Place.State(slot);
        int host = HostRegister.Of(operand.Value);
        return host == HostRegister.InState ? Place.State(8 * operand.Value) : Place.Register(host);
    }
}
