using Iced.Intel;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>Each instruction that is written, with all registers, sizes and places, reads as what was asked for.</summary>
internal sealed unsafe class HostCodeTests
{
    private const int BufferBytes = 64;

    private static readonly int[] s_displacements = [0, 1, -1, 127, -128, 128, -129, 0x1234_5678, int.MinValue, int.MaxValue];
    private static readonly int[] s_sizes = [1, 2, 4, 8];

    private static readonly (uint Opcode, Mnemonic Mnemonic)[] s_general =
    [
        (Opcode.Load, Mnemonic.Mov), (Opcode.Store, Mnemonic.Mov), (Opcode.Xor, Mnemonic.Xor), (Opcode.Cmp, Mnemonic.Cmp),
        (Opcode.Add, Mnemonic.Add), (Opcode.Sub, Mnemonic.Sub), (Opcode.Test, Mnemonic.Test), (0x87, Mnemonic.Xchg),
    ];

    private static readonly (uint Opcode, Mnemonic Mnemonic, bool Stores)[] s_vectors =
    [
        (Opcode.Map0F | 0x28, Mnemonic.Movaps, false), (Opcode.Map0F | 0x29, Mnemonic.Movaps, true),
        (Opcode.Map0F | Opcode.Prefix66 | 0xEF, Mnemonic.Pxor, false), (Opcode.Map0F | Opcode.PrefixF3 | 0x58, Mnemonic.Addss, false),
        (Opcode.Map0F | Opcode.PrefixF2 | 0x59, Mnemonic.Mulsd, false), (Opcode.Map0F38 | Opcode.Prefix66 | 0x17, Mnemonic.Ptest, false),
    ];

    private readonly byte[] _buffer = new byte[BufferBytes];

    private static IEnumerable<Place> Places()
    {
        for (int @base = 0; @base < 16; @base++)
        {
            foreach (int displacement in s_displacements)
            {
                yield return Place.Memory(@base, displacement);
                for (int index = 0; index < 16; index++)
                {
                    if (index == HostRegister.Rsp) continue; // It cannot be one.
                    for (int scale = 0; scale < 4; scale++) yield return new Place(@base, index, scale, displacement, false);
                }
            }
        }
    }

    [Test]
    public void MemoryOperandsOfAllFormsAreWhatWasAsked()
    {
        int count = 0;
        foreach (Place place in Places())
        {
            int register = count++ % 16;
            int size = s_sizes[count / 16 % 4];
            (uint opcode, Mnemonic mnemonic) = s_general[count % s_general.Length];
            Instruction i = Write(code => code.Emit(Opcode.Sized(opcode, size), size, register, place));
            bool isTarget = opcode is Opcode.Store or Opcode.Test or 0x87;
            Assert.That(i.Mnemonic, Is.EqualTo(mnemonic), $"{place}");
            Assert.That(i.MemorySize.GetSize(), Is.EqualTo(size), $"{i}");
            Assert.That(i.GetOpRegister(isTarget ? 1 : 0), Is.EqualTo(General(register, size)), $"{i}");
            AssertMemory(i, place);
        }

        Assert.That(count, Is.EqualTo(16 * s_displacements.Length * 61));
    }

    [Test]
    public void RegisterOperandsOfAllSizesAreWhatWasAsked()
    {
        foreach ((uint opcode, Mnemonic mnemonic) in s_general)
        {
            foreach (int size in s_sizes)
            {
                for (int pair = 0; pair < 256; pair++)
                {
                    (int register, int other) = (pair >> 4, pair & 15);
                    Instruction i = Write(code => code.Emit(Opcode.Sized(opcode, size), size, register, other));
                    bool isTarget = opcode is Opcode.Store or Opcode.Test or 0x87;
                    Register[] expected = isTarget ? [General(other, size), General(register, size)] : [General(register, size), General(other, size)];
                    Assert.That(i.Mnemonic, Is.EqualTo(mnemonic), $"{i}");
                    Assert.That(new[] { i.Op0Register, i.Op1Register }, Is.EqualTo(expected), $"{i}");
                }
            }
        }
    }

    [Test]
    public void VectorOperandsAreWhatWasAsked()
    {
        foreach ((uint opcode, Mnemonic mnemonic, bool stores) in s_vectors)
        {
            for (int pair = 0; pair < 256; pair++)
            {
                (int register, int other) = (pair >> 4, pair & 15);
                Instruction i = Write(code => code.Emit(opcode, 4, register, other));
                Register[] expected = [Register.XMM0 + (stores ? other : register), Register.XMM0 + (stores ? register : other)];
                Assert.That(i.Mnemonic, Is.EqualTo(mnemonic), $"{i}");
                Assert.That(new[] { i.Op0Register, i.Op1Register }, Is.EqualTo(expected), $"{i}");
                Place place = Place.Memory(other, s_displacements[register % s_displacements.Length]);
                i = Write(code => code.Emit(opcode, 4, register, place));
                Assert.That(i.GetOpRegister(stores ? 1 : 0), Is.EqualTo(Register.XMM0 + register), $"{i}");
                AssertMemory(i, place);
            }
        }
    }

    [Test]
    public void BytesAreExtendedAndSetInAllRegisters()
    {
        for (int pair = 0; pair < 256; pair++)
        {
            (int register, int other) = (pair >> 4, pair & 15);
            Instruction i = Write(code => code.Emit(Opcode.ZeroExtendByte, 4, register, other));
            Assert.That((i.Mnemonic, i.Op0Register, i.Op1Register), Is.EqualTo((Mnemonic.Movzx, General(register, 4), General(other, 1))), $"{i}");
            Instruction set = Write(code => code.Emit(Opcode.SetCondition | (uint)register, 1, 0, other));
            Assert.That((set.ConditionCode, set.Op0Register), Is.EqualTo((ConditionCode.o + register, General(other, 1))), $"{set}");
        }
    }

    [Test]
    public void ImmediatesOfAllSizesAreWhatWasAsked()
    {
        Mnemonic[] operations =
            [Mnemonic.Add, Mnemonic.Or, Mnemonic.Adc, Mnemonic.Sbb, Mnemonic.And, Mnemonic.Sub, Mnemonic.Xor, Mnemonic.Cmp];
        foreach (int size in s_sizes)
        {
            foreach (int immediate in s_displacements)
            {
                int value = size switch { 1 => (sbyte)immediate, 2 => (short)immediate, _ => immediate };
                ulong mask = size == 8 ? ulong.MaxValue : (1UL << (8 * size)) - 1;
                for (int number = 0; number < 128; number++)
                {
                    (int operation, int register) = (number >> 4, number & 15);
                    Instruction i = Write(code => code.Arithmetic(operation, size, Place.Register(register), value));
                    Assert.That((i.Mnemonic, i.Op0Register), Is.EqualTo((operations[operation], General(register, size))), $"{i}");
                    Assert.That(i.GetImmediate(1) & mask, Is.EqualTo((ulong)(long)value & mask), $"{i}");
                }
            }
        }
    }

    [Test]
    public void ConstantsAreLoadedWhole([Range(0, 15)] int register)
    {
        foreach (ulong value in (ulong[])[0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, ulong.MaxValue, 1UL << 63, 0xFFFF_FFFF_8000_0000])
        {
            Instruction i = Write(code => code.LoadConstant(register, value));
            Assert.That(i.Mnemonic, Is.EqualTo(Mnemonic.Mov), $"{i}");
            Assert.That(i.Op0Register.GetFullRegister(), Is.EqualTo(General(register, 8)), $"{i}");
            ulong loaded = i.GetImmediate(1);
            Assert.That(i.Op0Register.GetSize() == 4 ? (uint)loaded : loaded, Is.EqualTo(value), $"{i}");
        }
    }

    [Test]
    public void JumpsLeadWhereTheyLand([Range(0, 15)] int condition)
    {
        fixed (byte* start = _buffer)
        {
            var code = new HostCode();
            code.Begin(start, start + BufferBytes);
            byte* ahead = code.JumpIf(condition);
            byte* also = code.Jump();
            code.Land(ahead);
            code.SetTarget(also, start);
            code.CallTo(start);
            code.JumpTo(start + 6);
            var decoder = Decoder.Create(64, new ByteArrayCodeReader(_buffer), 0);
            Instruction[] written = [decoder.Decode(), decoder.Decode(), decoder.Decode(), decoder.Decode()];
            Assert.That(written.Select(i => i.NearBranchTarget), Is.EqualTo(new ulong[] { 11, 0, 0, 6 }));
            Assert.That(written[0].ConditionCode, Is.EqualTo(ConditionCode.o + condition));
            Assert.That(written[2].Mnemonic, Is.EqualTo(Mnemonic.Call));
        }
    }

    [Test]
    public void NothingIsWrittenBeyondTheLimit([Range(0, 40)] int room)
    {
        Array.Fill(_buffer, (byte)0xA5);
        fixed (byte* start = _buffer)
        {
            var code = new HostCode();
            code.Begin(start, start + room);
            for (int i = 0; i < 10; i++)
            {
                code.Emit(Opcode.Load, 8, 9, new Place(10, 11, 3, 0x1234_5678, false));
                code.LoadConstant(9, ulong.MaxValue >> 1);
                code.Land(code.Jump());
            }

            Assert.That(code.IsFull, Is.True);
            Assert.That(code.Position - start, Is.LessThanOrEqualTo(room));
        }

        Assert.That(_buffer[room..], Is.All.EqualTo((byte)0xA5));
    }

    /// <summary>One instruction, whole, and nothing behind it.</summary>
    private Instruction Write(Action<HostCode> write)
    {
        Array.Clear(_buffer);
        fixed (byte* start = _buffer)
        {
            var code = new HostCode();
            code.Begin(start, start + BufferBytes);
            write(code);
            var decoder = Decoder.Create(64, new ByteArrayCodeReader(_buffer, 0, (int)(code.Position - start)), 0);
            Instruction instruction = decoder.Decode();
            Assert.That(instruction.Length, Is.EqualTo((int)(code.Position - start)), $"{instruction}");
            return instruction;
        }
    }

    private static void AssertMemory(in Instruction i, in Place place)
    {
        bool isRight = i.MemoryBase == General(place.Base, 8)
            && i.MemoryIndex == (place.Index == Place.None ? Register.None : General(place.Index, 8))
            && (place.Index == Place.None || i.MemoryIndexScale == 1 << place.Scale)
            && (long)i.MemoryDisplacement64 == place.Displacement;
        Assert.That(isRight, Is.True, $"{i}, not {place}");
    }

    private static Register General(int number, int size) => size switch
    {
        1 => number < 4 ? Register.AL + number : Register.SPL + (number - 4),
        2 => Register.AX + number,
        4 => Register.EAX + number,
        _ => Register.RAX + number,
    };
}
