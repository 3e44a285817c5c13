using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>The memory images of FSTENV and FSAVE (SDM volume 1, figures 8-9 to 8-12).</summary>
/// <remarks>
/// Seven fields of 16 or 32 bits: control, status, tags, instruction pointer, its selector and opcode, data pointer,
/// its selector; with FSAVE, ST0 to ST7 follow in ten bytes each. In real-address and virtual-8086 mode linear
/// pointers stand in place of selectors and offsets, their upper bits in the selectors' fields.
/// </remarks>
internal static unsafe class FloatEnvironment
{
    public const int MaximumBytes = Fields * sizeof(uint) + RegisterBytes;

    private const int Fields = 7;
    private const int RegisterBytes = 8 * 10;
    private const uint OpcodeBits = 0x7FF;

    private enum Tag : uint
    {
        Valid,
        Zero,
        Special,
        Empty,
    }

    public static int SizeOf(int fieldBytes, bool hasRegisters) =>
        Fields * fieldBytes + (hasRegisters ? RegisterBytes : 0);

    public static void Save(CpuState* s, byte* image, int fieldBytes, bool hasRegisters)
    {
        bool wide = fieldBytes == sizeof(uint);
        Put(image, 0, s->FloatControl, wide);
        Put(image, 1, FloatUnit.ReadStatus(s), wide);
        Put(image, 2, ReadTags(s), wide);
        if ((s->Mode & CpuMode.Paragraphs) != 0) SaveLinearPointers(s, image, wide);
        else SavePointers(s, image, wide);
        if (!hasRegisters) return;
        for (int i = 0; i < 8; i++)
        {
            Float80 value = FloatUnit.Read(s, i);
            byte* place = image + Fields * fieldBytes + 10 * i;
            *(ulong*)place = value.Significand;
            *(ushort*)(place + 8) = value.SignExponent;
        }
    }

    public static void Load(CpuState* s, byte* image, int fieldBytes, bool hasRegisters)
    {
        bool wide = fieldBytes == sizeof(uint);
        FloatUnit.WriteControl(s, (ushort)Get(image, 0, wide));
        FloatUnit.WriteStatus(s, (ushort)Get(image, 1, wide));
        if ((s->Mode & CpuMode.Paragraphs) != 0) LoadLinearPointers(s, image, wide);
        else LoadPointers(s, image, wide);
        for (int i = 0; hasRegisters && i < 8; i++)
        {
            byte* place = image + Fields * fieldBytes + 10 * i;
            FloatUnit.Write(s, i, new Float80(*(ulong*)place, *(ushort*)(place + 8)));
        }

        uint tags = Get(image, 2, wide);
        s->FloatEmpty = 0;
        for (int i = 0; i < 8; i++)
        {
            if ((Tag)(tags >> 2 * i & 3) == Tag.Empty) s->FloatEmpty |= (byte)(1 << i);
        }
    }

    /// <summary>The tag word, which is not kept but made of the registers' contents (SDM volume 1, 8.1.7).</summary>
    public static ushort ReadTags(CpuState* s)
    {
        uint tags = 0;
        for (int i = 0; i < 8; i++)
        {
            int physical = (s->FloatTop + i) & 7;
            Tag tag = FloatUnit.IsEmpty(s, i) ? Tag.Empty : FloatUnit.Read(s, i).Class switch
            {
                FloatClass.Normal => Tag.Valid,
                FloatClass.Zero => Tag.Zero,
                _ => Tag.Special,
            };
            tags |= (uint)tag << 2 * physical;
        }

        return (ushort)tags;
    }

    private static void SavePointers(CpuState* s, byte* image, bool wide)
    {
        Put(image, 3, (uint)s->FloatInstructionPointer, wide);
        Put(image, 5, (uint)s->FloatDataPointer, wide);
        Put(image, 6, s->FloatDataSelector, wide);
        if (wide) *(uint*)(image + 4 * sizeof(uint)) = s->FloatInstructionSelector | (uint)s->FloatOpcode << 16;
        else Put(image, 4, s->FloatInstructionSelector, wide);
    }

    private static void LoadPointers(CpuState* s, byte* image, bool wide)
    {
        s->FloatInstructionPointer = Get(image, 3, wide);
        s->FloatInstructionSelector = (ushort)Get(image, 4, wide);
        s->FloatDataPointer = Get(image, 5, wide);
        s->FloatDataSelector = (ushort)Get(image, 6, wide);
        // The short form has no place for the opcode in protected mode.
        s->FloatOpcode = wide ? (ushort)(Get(image, 4, wide) >> 16 & OpcodeBits) : (ushort)0;
    }

    private static void SaveLinearPointers(CpuState* s, byte* image, bool wide)
    {
        (uint instruction, uint data) = ((uint)s->FloatInstructionPointer, (uint)s->FloatDataPointer);
        Put(image, 3, (ushort)instruction, wide);
        Put(image, 5, (ushort)data, wide);
        if (wide)
        {
            *(uint*)(image + 4 * sizeof(uint)) = instruction >> 16 << 12 | s->FloatOpcode;
            *(uint*)(image + 6 * sizeof(uint)) = data >> 16 << 12;
        }
        else
        {
            Put(image, 4, (instruction >> 16 & 0xF) << 12 | s->FloatOpcode, wide);
            Put(image, 6, (data >> 16 & 0xF) << 12, wide);
        }
    }

    private static void LoadLinearPointers(CpuState* s, byte* image, bool wide)
    {
        uint high = Get(image, 4, wide);
        s->FloatOpcode = (ushort)(high & OpcodeBits);
        s->FloatInstructionPointer = (ushort)Get(image, 3, wide) | high >> 12 << 16;
        s->FloatDataPointer = (ushort)Get(image, 5, wide) | Get(image, 6, wide) >> 12 << 16;
        s->FloatInstructionSelector = s->FloatDataSelector = 0;
    }

    /// <summary>A field of the long form; the reserved upper half of a 16-bit one reads as ones.</summary>
    private static void Put(byte* image, int field, uint value, bool wide)
    {
        if (!wide) ((ushort*)image)[field] = (ushort)value;
        else ((uint*)image)[field] = field is 3 or 5 ? value : value | 0xFFFF_0000;
    }

    private static uint Get(byte* image, int field, bool wide) =>
        wide ? ((uint*)image)[field] : ((ushort*)image)[field];
}
