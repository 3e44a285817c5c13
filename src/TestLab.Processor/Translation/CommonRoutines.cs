using System.Numerics;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>Writes what all translated blocks share: the way in, the ways out, and the loading of flags.</summary>
internal static unsafe class CommonRoutines
{
    private const int FirstArgument = HostRegister.Rdi;
    private const int SecondArgument = HostRegister.Rsi;
    private static readonly int[] s_preserved = [HostRegister.Rbx, HostRegister.State, 12, 13, 14, 15];

    /// <summary>The way in: (state, address of translated code) by the calling convention of Linux; gives what R10 held at the way out.</summary>
    public static byte* WriteEntry(HostCode code)
    {
        byte* start = code.Position;
        foreach (int register in s_preserved) Push(code, register);
        code.Emit(Opcode.Lea, 8, HostRegister.Rsp, Place.Memory(HostRegister.Rsp, -HostRegister.KeptBytes));
        code.Emit(Opcode.Lea, 8, HostRegister.State, Place.Memory(FirstArgument, HostRegister.StateBias));
        code.Emit(Opcode.Load, 8, HostRegister.Address, SecondArgument);
        Transfer(code, Opcode.Load);
        code.Emit(0xFF, 4, 4, HostRegister.Address);
        return start;
    }

    public static CommonCode WriteExits(HostCode code)
    {
        byte* untranslated = code.Position;
        code.Emit(Opcode.Load, 8, HostRegister.Address, Cached(StateOffset.CachedRip));
        byte* leaveTo = code.Position;
        code.Emit(Opcode.Store, 8, HostRegister.Address, Place.State(StateOffset.Rip));
        code.Emit(Opcode.Xor, 4, HostRegister.Address, HostRegister.Address);
        byte* out1 = code.Jump();
        byte* leaveAt = code.Position;
        code.Emit(Opcode.Add, 8, HostRegister.Scratch, Place.State(StateOffset.CodePage));
        code.Emit(Opcode.Store, 8, HostRegister.Scratch, Place.State(StateOffset.Rip));
        code.Land(out1);
        code.Arithmetic(7, 1, Place.State(StateOffset.HostFloat), 0);
        byte* integers = code.JumpIf(Condition.Equal);
        code.Emit(Opcode.Map0F | 0xAE, 4, 3, Place.State(StateOffset.Mxcsr));
        code.Emit(Opcode.Map0F | 0xAE, 4, 2, Place.State(StateOffset.HostMxcsr));
        code.StoreConstant(Place.State(StateOffset.HostFloat), 0);
        code.Land(integers);
        Transfer(code, Opcode.Store);
        code.Emit(Opcode.Load, 8, HostRegister.Rax, HostRegister.Address);
        code.Emit(Opcode.Lea, 8, HostRegister.Rsp, Place.Memory(HostRegister.Rsp, HostRegister.KeptBytes));
        foreach (int register in s_preserved.Reverse()) Pop(code, register);
        code.Byte(0xC3);
        return new CommonCode(leaveAt, leaveTo, untranslated, WriteLoadFlags(code), WriteRefills(code));
    }

    /// <summary>A field of the entry of the jump cache whose place in it is in R11.</summary>
    public static Place Cached(int field) =>
        new(HostRegister.State, HostRegister.Scratch, 0, HostRegister.Displacement(StateMemory.JumpCache + field), false);

    private static nint[] WriteRefills(HostCode code)
    {
        var refills = new nint[4 * CommonCode.RefillSizes];
        for (int size = 1; size <= 16; size *= 2) Write(size, isRun: false);
        for (int size = 8; size <= SlotAllocator.RunBytes; size += 8) Write(size, isRun: true);
        return refills;

        void Write(int size, bool isRun)
        {
            foreach (bool write in (bool[])[false, true])
            {
                foreach (bool user in (bool[])[false, true])
                {
                    refills[CommonCode.RefillIndex(size, write, user, isRun)] = (nint)code.Position;
                    WriteRefill(code, size, isRun ? SlotAllocator.RunBytes : Math.Max(size, 8), write, user);
                }
            }
        }
    }

    private static void WriteRefill(HostCode code, int size, int largest, bool write, bool user)
    {
        const int address = HostRegister.Address;
        const int slot = HostRegister.Scratch;
        const int entry = HostRegister.Rax;
        const int part = HostRegister.Rcx;
        Place limit = new(HostRegister.State, slot, 0, StateOffset.SlotLimit, false);
        Place @base = limit with { Displacement = StateOffset.SlotBase };
        Place tag = BufferLookUp.Field(entry, user, write ? StateOffset.EntryWriteTag : StateOffset.EntryReadTag);
        Place host = BufferLookUp.Field(entry, user, StateOffset.EntryHost);
        Push(code, entry);
        Push(code, part);
        code.Emit(Opcode.Add, 8, address, @base);
        BufferLookUp.Emit(code, entry, address);
        code.Emit(Opcode.Load, 8, part, address);
        code.Emit(Opcode.Xor, 8, part, tag);
        code.Arithmetic(7, 8, Place.Register(part), GuestMemory.PageSize - size);
        byte* miss = code.JumpIf(Condition.Above);
        code.Emit(0xFF, 8, 1, limit with { Displacement = StateOffset.SlotFillsLeft });
        byte* crowded = code.JumpIf(Condition.Equal);

        code.Emit(Opcode.Load, 8, address, host);
        code.Emit(Opcode.Store, 8, address, limit with { Displacement = StateOffset.SlotHost });
        code.Emit(Opcode.Add, 8, address, part);
        code.Emit(Opcode.Load, 8, part, tag);
        code.Emit(Opcode.Store, 8, part, @base);
        code.Arithmetic(7, 8, limit, 0);
        byte* known = code.JumpIf(Condition.NotEqual);
        WriteNote(code, user ? StateOffset.UserSlots : StateOffset.SupervisorSlots);
        code.Land(known);
        code.StoreConstant(limit, AccessSlot.LimitOf(largest));
        code.Byte(0xF8); // CLC
        byte* done = code.Jump();

        code.Land(crowded);
        code.Emit(Opcode.Store, 8, slot, Place.State(StateOffset.CrowdedSlot));
        code.Land(miss);
        code.Byte(0xF9); // STC
        code.Land(done);
        Pop(code, part);
        Pop(code, entry);
        code.Byte(0xC3);
    }

    /// <summary>Appends the slot that R11 is the displacement of to the list of those filled.</summary>
    private static void WriteNote(HostCode code, int slots)
    {
        const int count = HostRegister.Rcx;
        const int offset = HostRegister.Rax;
        Place filledCount = Place.State(slots + StateOffset.SlotsFilledCount);
        code.Emit(Opcode.Lea, 4, offset, Place.Memory(HostRegister.Scratch, -HostRegister.Displacement(slots + StateOffset.FirstSlot)));
        code.Emit(Opcode.Load, 8, count, filledCount);
        code.Emit(Opcode.Store, 4, offset, Place.State(slots + StateOffset.SlotsFilled) with { Index = count, Scale = 2 });
        code.Emit(0xFF, 8, 0, filledCount);
    }

    private static void Transfer(HostCode code, uint opcode)
    {
        for (int guest = 0; guest < 16; guest++)
            if (HostRegister.Of(guest) is var host and not HostRegister.InState) code.Emit(opcode, 8, host, Place.State(8 * guest));
    }

    /// <summary>One routine for each description that <see cref="FlagWord.LoadableLimit"/> admits, and a table of them.</summary>
    private static byte* WriteLoadFlags(HostCode code)
    {
        const int scratch = HostRegister.Scratch;
        int count = FlagWord.LoadableLimit + 1;
        var routines = new nint[count];
        for (int word = 0; word < count; word++)
        {
            routines[word] = (nint)code.Position;
            WriteLoad(code, FlagWord.KindOf((ulong)word), FlagWord.SizeOf((ulong)word));
            Pop(code, scratch);
            code.Byte(0xC3);
        }

        byte* start = code.Position;
        Push(code, scratch);
        for (int word = 0; word < count; word++)
        {
            if (FlagWord.KindOf((ulong)word) == FlagKind.Known && word != 0) continue;
            code.Arithmetic(7, 4, Place.State(StateOffset.LazyKind), word);
            code.SetTarget(code.JumpIf(Condition.Equal), (byte*)routines[word]);
        }

        code.JumpTo((byte*)routines[0]);
        return start;
    }

    private static void WriteLoad(HostCode code, FlagKind kind, int size)
    {
        const int scratch = HostRegister.Scratch;
        Place right = Place.State(StateOffset.LazyRight);
        if (kind == FlagKind.Known)
        {
            WriteLoadKnown(code);
            return;
        }

        if (!FlagBytes.Of(kind).IsEmpty)
        {
            WriteLoadBytes(code, kind);
            return;
        }

        code.Emit(Opcode.Load, 8, scratch, Place.State(StateOffset.LazyLeft));
        switch (kind)
        {
            case FlagKind.Logic: code.Emit(Opcode.Sized(Opcode.Test, size), size, scratch, scratch); break;
            case FlagKind.Compare: code.Emit(Opcode.Sized(Opcode.Cmp, size), size, scratch, right); break;
            case FlagKind.Test: code.Emit(Opcode.Sized(0x23, size), size, scratch, right); break;
            case FlagKind.Sum:
                code.Emit(Opcode.Sized(Opcode.Sub, size), size, scratch, right);
                code.Emit(Opcode.Sized(Opcode.Add, size), size, scratch, right);
                break;
            default:
                code.Emit(Opcode.Sized(Opcode.Add, size), size, scratch, right);
                code.Emit(Opcode.Sized(Opcode.Sub, size), size, scratch, right);
                break;
        }
    }

    /// <summary>From a byte for each flag that the kind has.</summary>
    private static void WriteLoadBytes(HostCode code, FlagKind kind)
    {
        const int flags = HostRegister.Rax;
        const int part = HostRegister.Rcx;
        int overflow = Place.None;
        int place = StateOffset.LazyLeft;
        Push(code, flags);
        Push(code, part);
        code.Emit(Opcode.Xor, 4, flags, flags);
        foreach ((uint flag, _) in FlagBytes.Of(kind))
        {
            code.Emit(Opcode.ZeroExtendByte, 4, part, Place.State(place++));
            if (flag == Flags.Overflow)
            {
                overflow = part; // The last of its kind: it stays there.
                continue;
            }

            Shift(code, 4, 4, part, BitOperations.Log2(flag));
            code.Emit(0x0B, 4, flags, part);
        }

        WriteSetFlags(code, overflow);
        Pop(code, part);
        Pop(code, flags);
    }

    /// <summary>AL goes to the host's flags, and OF to the register's low bit, or to 0.</summary>
    private static void WriteSetFlags(HostCode code, int overflow)
    {
        code.Byte(0x88); // MOV AH, AL
        code.Byte(0xC4);
        if (overflow == Place.None) code.LoadByte(HostRegister.Rax, 0);
        else code.Emit(0x8A, 1, HostRegister.Rax, overflow);
        code.Byte(0x04); // ADD AL, 0x7F
        code.Byte(0x7F);
        code.Byte(0x9E); // SAHF
    }

    /// <summary>From the last result and its carries, as <see cref="Flags"/> lays them out, to AH and SAHF.</summary>
    private static void WriteLoadKnown(HostCode code)
    {
        const int carries = HostRegister.Scratch;
        const int result = HostRegister.Address;
        const int flags = HostRegister.Rax;
        const int part = HostRegister.Rcx;
        Push(code, result);
        Push(code, flags);
        Push(code, part);
        code.Emit(Opcode.Load, 8, carries, Place.State(StateOffset.FlagsAuxiliary));
        code.Emit(Opcode.Load, 8, result, Place.State(StateOffset.FlagsResult));
        code.Emit(Opcode.Xor, 4, flags, flags);
        code.Emit(Opcode.Test, 8, result, result);
        code.Emit(Opcode.SetCondition | Condition.Equal, 1, 0, flags);
        Shift(code, 4, 4, flags, 6);

        // SF: the result's top bit, corrected by bit 16 of the carries.
        code.Emit(Opcode.Load, 8, part, carries);
        Shift(code, 8, 4, part, 47);
        code.Emit(Opcode.Xor, 8, part, result);
        Shift(code, 8, 5, part, 63);
        Shift(code, 4, 4, part, 7);
        code.Emit(0x0B, 4, flags, part);

        // CF: the top bit of the carries.
        code.Emit(Opcode.Load, 8, part, carries);
        Shift(code, 8, 5, part, 63);
        code.Emit(0x0B, 4, flags, part);

        // PF: the parity of the result's low byte, corrected by the second byte of the carries.
        code.Emit(Opcode.Load, 8, part, carries);
        Shift(code, 8, 5, part, 8);
        code.Emit(Opcode.Xor, 4, part, result);
        code.Emit(0x84, 1, part, part);
        code.Emit(Opcode.SetCondition | Condition.Parity, 1, 0, part);
        code.Emit(Opcode.ZeroExtendByte, 4, part, part);
        Shift(code, 4, 4, part, 2);
        code.Emit(0x0B, 4, flags, part);

        // OF: the two top carries differ. It comes last: SAHF leaves it.
        code.Emit(Opcode.Lea, 8, part, new Place(carries, carries, 0, 0, false));
        code.Emit(Opcode.Xor, 8, part, carries);
        Shift(code, 8, 5, part, 63);
        WriteSetFlags(code, part);
        Pop(code, part);
        Pop(code, flags);
        Pop(code, result);
    }

    private static void Shift(HostCode code, int size, int operation, int register, int count)
    {
        code.Emit(0xC1, size, operation, register);
        code.Byte(count);
    }

    private static void Push(HostCode code, int register)
    {
        if (register >= 8) code.Byte(0x41);
        code.Byte(0x50 | (register & 7));
    }

    private static void Pop(HostCode code, int register)
    {
        if (register >= 8) code.Byte(0x41);
        code.Byte(0x58 | (register & 7));
    }
}
