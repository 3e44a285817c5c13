namespace TestLab.Processor.Translation.Host;

/// <summary>Writes host instructions, byte by byte.</summary>
/// <remarks>
/// Every form is an opcode with a register and a <see cref="Place"/>. What does not fit any more is not written, and
/// <see cref="IsFull"/> says so in the end; nothing is written beyond the limit.
/// </remarks>
internal sealed unsafe class HostCode
{
    /// <summary>Without its immediate.</summary>
    private const int LongestInstruction = 12;

    private static readonly byte[][] s_nops =
    [
        [0x90], [0x66, 0x90], [0x0F, 0x1F, 0x00], [0x0F, 0x1F, 0x40, 0], [0x0F, 0x1F, 0x44, 0, 0], [0x66, 0x0F, 0x1F, 0x44, 0, 0],
        [0x0F, 0x1F, 0x80, 0, 0, 0, 0], [0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0], [0x66, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0],
    ];

    private byte* _limit;

    public byte* Position { get; private set; }

    public bool IsFull { get; private set; }

    public void Begin(byte* start, byte* limit)
    {
        Position = start;
        _limit = limit;
        IsFull = false;
    }

    public void Rewind(byte* position) => Position = position;

    public void Byte(int value)
    {
        if (HasRoom(1)) *Position++ = (byte)value;
    }

    public void Int32(int value)
    {
        if (!HasRoom(sizeof(int))) return;
        *(int*)Position = value;
        Position += sizeof(int);
    }

    public void Int64(long value)
    {
        Int32((int)value);
        Int32((int)(value >> 32));
    }

    /// <param name="opcode">See <see cref="Opcode"/>.</param>
    /// <param name="size">Operand bytes: 2 takes a prefix, 8 takes REX.W.</param>
    /// <param name="register">Register operand, or the opcode's extension.</param>
    /// <param name="place">The other operand.</param>
    public void Emit(uint opcode, int size, int register, in Place place)
    {
        if (!HasRoom(LongestInstruction)) return;
        byte* next = Position;
        if (size == 2) *next++ = 0x66;
        switch (opcode >> 16 & 0xFF)
        {
            case 1: *next++ = 0x66; break;
            case 2: *next++ = 0xF3; break;
            case 3: *next++ = 0xF2; break;
        }

        int rex = (size == 8 ? 8 : 0) | (register >> 3 & 1) << 2 | (place.Base >> 3 & 1);
        if (place.Index != Place.None) rex |= (place.Index >> 3 & 1) << 1;
        bool needs = ((opcode & Opcode.ByteRegister) != 0 && register >= 4)
            || ((opcode & Opcode.BytePlace) != 0 && place.IsRegister && place.Base >= 4);
        if (rex != 0 || needs) *next++ = (byte)(0x40 | rex);
        uint map = opcode >> 8 & 0xFF;
        if (map != 0) *next++ = 0x0F;
        if (map == 2) *next++ = 0x38;
        if (map == 3) *next++ = 0x3A;
        *next++ = (byte)opcode;
        Position = ModRm(next, register & 7, place);
    }

    public void Emit(uint opcode, int size, int register, int other) => Emit(opcode, size, register, Place.Register(other));

    /// <summary>ADD, OR, ADC, SBB, AND, SUB, XOR, CMP (0 to 7) with an immediate.</summary>
    public void Arithmetic(int operation, int size, in Place place, int immediate)
    {
        if (size == 1)
        {
            Emit(0x80 | Opcode.BytePlace, size, operation, place);
            Byte(immediate);
        }
        else if (immediate == (sbyte)immediate)
        {
            Emit(0x83, size, operation, place);
            Byte(immediate);
        }
        else
        {
            Emit(0x81, size, operation, place);
            Immediate(size, immediate);
        }
    }

    /// <summary>An immediate of an instruction of that size: at most four bytes, sign-extended.</summary>
    public void Immediate(int size, int value)
    {
        for (int i = 0; i < Math.Min(size, 4); i++) Byte(value >> (8 * i));
    }

    /// <summary>MOV or MOVZX: the rest of the register becomes 0, so that nothing waits for what it was.</summary>
    public void LoadZeroExtended(int size, int register, in Place place)
    {
        switch (size)
        {
            case 1: Emit(Opcode.ZeroExtendByte, 4, register, place); break;
            case 2: Emit(Opcode.ZeroExtendWord, 4, register, place); break;
            default: Emit(Opcode.Load, size, register, place); break;
        }
    }

    /// <summary>LEA, or the MOV that it amounts to, which the host does while it renames registers; no flag changes.</summary>
    public void LoadAddress(int size, int register, in Place place)
    {
        bool isRegister = place is { Index: Place.None, Displacement: 0 };
        if (isRegister) Emit(Opcode.Load, size, register, Place.Register(place.Base));
        else Emit(Opcode.Lea, size, register, place);
    }

    /// <summary>MOV of a constant into the whole register.</summary>
    public void LoadConstant(int register, ulong value)
    {
        if (value <= uint.MaxValue)
        {
            if (register >= 8) Byte(0x41);
            Byte(0xB8 | (register & 7));
            Int32((int)value);
        }
        else if ((long)value == (int)value)
        {
            Emit(0xC7, 8, 0, register);
            Int32((int)value);
        }
        else
        {
            Byte(0x48 | (register >> 3));
            Byte(0xB8 | (register & 7));
            Int64((long)value);
        }
    }

    /// <summary>MOV of a constant into the low byte of RAX to RBX.</summary>
    public void LoadByte(int register, int value)
    {
        Byte(0xB0 | register);
        Byte(value);
    }

    /// <summary>MOV of a constant into eight bytes of memory; it must be sign-extended from four.</summary>
    public void StoreConstant(in Place place, int value)
    {
        Emit(0xC7, 8, 0, place);
        Int32(value);
    }

    /// <summary>NOPs up to a multiple of so many bytes.</summary>
    public void Align(int bytes)
    {
        const int longest = 9;
        for (int left = (int)(-(nint)Position & (bytes - 1)); left > 0;)
        {
            int length = Math.Min(left, longest);
            foreach (byte value in s_nops[length - 1]) Byte(value);
            left -= length;
        }
    }

    /// <summary>A jump whose target is filled in later.</summary>
    /// <returns>Where its displacement lies.</returns>
    public byte* JumpIf(int condition)
    {
        if (HasRoom(LongestInstruction))
        {
            *(ushort*)Position = (ushort)(0x800F | condition << 8);
            *(int*)(Position + 2) = 0;
            Position += 6;
        }

        return Position - 4;
    }

    /// <summary>Lets a conditional jump be taken where it was not.</summary>
    /// <param name="displacement">What <see cref="JumpIf"/> gave.</param>
    public void InvertCondition(byte* displacement)
    {
        if (!IsFull) displacement[-1] ^= 1;
    }

    public byte* Jump()
    {
        Byte(0xE9);
        Int32(0);
        return Position - 4;
    }

    public void JumpTo(byte* target)
    {
        Byte(0xE9);
        Int32((int)(target - (Position + 4)));
    }

    public void CallTo(byte* target)
    {
        Byte(0xE8);
        Int32((int)(target - (Position + 4)));
    }

    /// <summary>Lets a jump lead to the current position.</summary>
    public void Land(byte* displacement) => SetTarget(displacement, Position);

    public void SetTarget(byte* displacement, byte* target)
    {
        if (!IsFull) *(int*)displacement = (int)(target - (displacement + 4));
    }

    private bool HasRoom(int bytes)
    {
        if (_limit - Position >= bytes) return true;
        IsFull = true;
        return false;
    }

    /// <returns>Behind what was written.</returns>
    private static byte* ModRm(byte* next, int register, in Place place)
    {
        if (place.IsRegister)
        {
            *next++ = (byte)(0xC0 | register << 3 | (place.Base & 7));
            return next;
        }

        int low = place.Base & 7;
        // Without a displacement the encoding of RBP and R13 means something else.
        int mode = place.Displacement == 0 && low != 5 ? 0 : place.Displacement == (sbyte)place.Displacement ? 1 : 2;
        bool indexed = place.Index != Place.None || low == 4;
        *next++ = (byte)(mode << 6 | register << 3 | (indexed ? 4 : low));
        if (indexed) *next++ = (byte)(place.Scale << 6 | (place.Index == Place.None ? 4 : place.Index & 7) << 3 | low);
        if (mode == 1) *next++ = (byte)place.Displacement;
        if (mode != 2) return next;
        *(int*)next = place.Displacement;
        return next + sizeof(int);
    }
}
