using Iced.Intel;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation;

/// <summary>Addresses of memory operands, and the check before every access.</summary>
/// <remarks>
/// In a loop, and relative to the stack pointer, the access slot of the place is compared first; where it knows another
/// page, a common routine looks into the translation buffer as the interpreter does. Other places look into the buffer at
/// once: large programs have more of them than slots could serve, or the host's nearest cache hold. Where that fails the
/// instruction leaves translated code with nothing done, so page walks, devices, faults and decoded code are the
/// interpreter's alone.
/// </remarks>
internal sealed class MemoryEmitter(Emission emission)
{
    /// <summary>A narrow slot takes accesses up to this size.</summary>
    private const int NarrowBytes = 8;

    private readonly HostCode _code = emission.Code;

    /// <summary>The block that is being written leads back to itself: its places meet the same pages again.</summary>
    public bool IsInLoop { get; set; }

    /// <summary>Host address of the instruction's memory operand in R10, or out; R11 and the host's flags are used.</summary>
    /// <returns>False where the form of the address is left to the interpreter.</returns>
    public bool TryReach(in Instruction instruction, int size, bool write, bool aligned = false)
    {
        if (!TryForm(instruction, size, write)) return false;
        if (aligned)
        {
            _code.Emit(0xF6 | Opcode.BytePlace, 1, 0, HostRegister.Address);
            _code.Byte(size - 1);
            emission.Exits.LeaveIf(Condition.NotEqual);
        }

        Check(size, write, SlotOf(instruction, size, write));
        return true;
    }

    /// <summary>As <see cref="TryReach"/>, for a place relative to the stack pointer.</summary>
    public void ReachStack(int distance, int size, bool write)
    {
        FormInStack(GuestRegister.Rsp, distance, size, write);
        Check(size, write, SlotAllocator.OfStack(write));
    }

    /// <summary>As <see cref="ReachStack"/>, for several words of 64 bits in one page.</summary>
    public void ReachStackOnce(int distance, int bytes, bool write)
    {
        FormInStack(GuestRegister.Rsp, distance, bytes, write);
        Check(bytes, write, bytes <= SlotAllocator.RunBytes ? SlotAllocator.OfStackRun(write) : SlotAllocator.None);
    }

    /// <summary>The linear address of a place in the stack in R10; flags may change outside of flat stacks.</summary>
    /// <param name="pointer">The guest register that is relative to.</param>
    /// <param name="distance">From there.</param>
    /// <param name="size">Bytes that are to be accessed.</param>
    /// <param name="write">The access is a write.</param>
    public void FormInStack(int pointer, int distance, int size, bool write)
    {
        const int address = HostRegister.Address;
        Place place = Place.Memory(HostRegister.Of(pointer), distance);
        _code.LoadAddress(Math.Max(4, emission.StackPointerBytes), address, place);
        if (emission.StackPointerBytes == 2) _code.Emit(Opcode.ZeroExtendWord, 4, address, address);
        if (!emission.Is64 && !(emission.IsFlat && emission.StackPointerBytes == 4)) EnterSegment(Register.SS, size, write);
    }

    /// <summary>Turns the linear address in R10 into a host address; R11 and the host's flags are used.</summary>
    /// <param name="size">Bytes; up to 16, or <see cref="SlotAllocator.RunBytes"/>, where there is a slot.</param>
    /// <param name="write">The access needs the right to write.</param>
    /// <param name="slot">The access slot to look at, or <see cref="SlotAllocator.None"/>.</param>
    public void Check(int size, bool write, int slot)
    {
        if (slot == SlotAllocator.None || IsScattered) CheckInBuffer(size, write);
        else CheckInSlot(size, write, slot);
        emission.Flags.Current.HostValid = 0;
    }

    /// <summary>The access slot for the instruction's memory operand.</summary>
    public int SlotOf(in Instruction instruction, int size, bool write)
    {
        var key = new SlotKey(
            instruction.MemoryBase,
            instruction.MemoryIndex,
            (long)instruction.MemoryDisplacement64 >> GuestMemory.PageShift,
            write,
            size > NarrowBytes);
        return IsInLoop || key.IsInStack ? emission.Slots.Of(key) : SlotAllocator.None;
    }

    private unsafe bool IsScattered => emission.Op->IsScattered;

    private unsafe void CheckInSlot(int size, bool write, int slot)
    {
        const int address = HostRegister.Address;
        int slots = emission.IsUser ? StateOffset.UserSlots : StateOffset.SupervisorSlots;
        int place = slots + StateOffset.FirstSlot + AccessSlot.SizeBytes * slot;
        _code.Emit(Opcode.Sub, 8, address, Place.State(place + StateOffset.SlotBase));
        _code.Emit(Opcode.Cmp, 8, address, Place.State(place + StateOffset.SlotLimit));
        bool isRun = slot == SlotAllocator.OfStackRun(write);
        emission.Exits.RefillUnlessBelow(place, emission.Exits.Common.Refill(size, write, emission.IsUser, isRun));
        _code.Emit(Opcode.Add, 8, address, Place.State(place + StateOffset.SlotHost));
        emission.Exits.ReturnHere();
    }

    private void CheckInBuffer(int size, bool write)
    {
        const int address = HostRegister.Address;
        const int entry = HostRegister.Scratch;
        BufferLookUp.Emit(_code, entry, address);
        int tag = write ? StateOffset.EntryWriteTag : StateOffset.EntryReadTag;
        _code.Emit(Opcode.Xor, 8, address, BufferLookUp.Field(entry, emission.IsUser, tag));
        _code.Arithmetic(7, 8, Place.Register(address), GuestMemory.PageSize - size);
        emission.Exits.LeaveIf(Condition.Above);
        _code.Emit(Opcode.Add, 8, address, BufferLookUp.Field(entry, emission.IsUser, StateOffset.EntryHost));
    }

    /// <summary>The address has the width of the mode, and no segment limits it.</summary>
    public bool IsPlain(in Instruction instruction)
    {
        Register named = instruction.MemoryBase != Register.None ? instruction.MemoryBase : instruction.MemoryIndex;
        if (named == Register.None || !(emission.Is64 || IsFlat(instruction.MemorySegment))) return false;
        return named == Register.RIP || named.GetSize() == emission.Word;
    }

    /// <summary>The linear address of the memory operand in R10; no flag changes, except in segments that are not flat.</summary>
    /// <param name="instruction">With a memory operand.</param>
    /// <param name="size">Bytes that are to be accessed.</param>
    /// <param name="write">The access is a write.</param>
    public bool TryForm(in Instruction instruction, int size, bool write)
    {
        if (!TryFormOffset(instruction, HostRegister.Address, emission.Is64 ? 8 : 4)) return false;
        Register segment = instruction.MemorySegment;
        if (!emission.Is64)
        {
            if (!IsFlat(segment)) EnterSegment(segment, size, write);
            return true;
        }

        if (segment is not (Register.FS or Register.GS)) return true;
        _code.Emit(Opcode.Add, 8, HostRegister.Address, Place.State(CpuLayout.OffsetOf(segment)));
        emission.Flags.Current.HostValid = 0;
        return true;
    }

    /// <summary>Outside of 64-bit code. A flat code segment has no base either, but cannot be written.</summary>
    private bool IsFlat(Register segment) => emission.IsFlat && segment is not (Register.FS or Register.GS or Register.CS);

    /// <summary>The offset in R10, of 32 bits, becomes a linear address; where the segment does not allow the access, the interpreter says why.</summary>
    private void EnterSegment(Register segment, int size, bool write)
    {
        const int address = HostRegister.Address;
        _code.Emit(Opcode.Lea, 8, HostRegister.Scratch, Place.Memory(address, size));
        _code.Emit(Opcode.Cmp, 8, HostRegister.Scratch, Place.State(StateOffset.SegmentTop(segment, write)));
        emission.Exits.LeaveIf(Condition.Above);
        _code.Emit(Opcode.Add, 4, address, Place.State(CpuLayout.OffsetOf(segment)));
        emission.Flags.Current.HostValid = 0;
    }

    /// <summary>The effective address in a register of ours, or a guest's that is written last; no flag changes.</summary>
    /// <param name="instruction">With a memory operand.</param>
    /// <param name="register">Where to form it; R10 and R11 are used as well.</param>
    /// <param name="size">Bytes of the result: 4 cuts it, 2 leaves the rest.</param>
    public bool TryFormOffset(in Instruction instruction, int register, int size)
    {
        if (!TryDescribe(instruction, out Place place, out int addressBytes)) return false;
        if (addressBytes == 2 && size > 2)
        {
            _code.Emit(Opcode.Lea, 4, HostRegister.Address, place);
            _code.Emit(Opcode.ZeroExtendWord, 4, register, HostRegister.Address);
            return true;
        }

        // An address of 32 bits in 64-bit code is cut before it is extended.
        _code.LoadAddress(Math.Min(size, addressBytes), register, place);
        return true;
    }

    private bool TryDescribe(in Instruction instruction, out Place place, out int addressBytes)
    {
        place = default;
        Register first = instruction.MemoryBase;
        Register second = instruction.MemoryIndex;
        long displacement = (long)instruction.MemoryDisplacement64;
        if (!emission.Is64) displacement = (int)displacement;
        addressBytes = emission.Is64 ? 8 : 4;
        if (instruction.IsIPRelativeMemoryOperand)
        {
            if (first == Register.EIP || displacement != (int)displacement) return false;
            _code.Emit(Opcode.Load, 8, HostRegister.Address, Place.State(StateOffset.CodePage));
            place = Place.Memory(HostRegister.Address, (int)displacement);
            return true;
        }

        Register named = first != Register.None ? first : second;
        if (named == Register.None)
        {
            if (instruction.MemoryDisplSize == 2) displacement = (ushort)displacement;
            _code.LoadConstant(HostRegister.Address, emission.Is64 ? (ulong)displacement : (uint)displacement);
            place = Place.Memory(HostRegister.Address);
            return true;
        }

        if (displacement != (int)displacement) return false;
        addressBytes = named.GetSize();
        int index = second == Register.None ? Place.None : emission.Read(second, HostRegister.Scratch);
        int scale = System.Numerics.BitOperations.Log2((uint)instruction.MemoryIndexScale);
        if (first == Register.None)
        {
            // An index alone needs a base in the encoding.
            _code.LoadConstant(HostRegister.Address, (uint)0);
            place = new Place(HostRegister.Address, index, scale, (int)displacement, false);
            return true;
        }

        int @base = emission.Read(first, HostRegister.Address);
        place = new Place(@base, index, scale, (int)displacement, false);
        return true;
    }
}
