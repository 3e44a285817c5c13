using System.Buffers.Binary;

namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// The content of the data pages as a function of a seed. Regression cases name only the seed, so the function never
/// changes: <c>JudgeMemoryTests</c> holds a hash of it.
/// </summary>
public static class JudgeMemory
{
    /// <summary>Valid FXSAVE images lie here, one to write over and one that is read-only.</summary>
    public const ulong FloatingImageAddress = JudgeLayout.DataBase + 0x400;
    public const ulong ReadOnlyFloatingImageAddress = JudgeLayout.ReadOnlyBase + 0x400;

    /// <summary>Far pointers, sixteen bytes apart: by turns 32 and 64 bits of offset, then the selector.</summary>
    public const ulong FarPointers = JudgeLayout.DataBase + 0x800;
    public const int FarPointerCount = 32;

    /// <summary>What IRET and far RET pop, 64 bytes apart: by turns in words of 64 and of 32 bits.</summary>
    public const ulong Frames = JudgeLayout.ReadOnlyBase + 0x800;
    public const int FrameCount = 16;

    private static readonly ulong[] s_edges =
    [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x0000_0001_0000_0001,
        0x3FF0_0000_0000_0000, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0001, 0x7FF0_0000_0000_0001,
        0x3F80_0000_3F80_0000, 0x7F80_0000_FF80_0000, 0x7FC0_0001_7F80_0001, 0x0000_0001_8000_0000,
        0x0000_1F80_0000_037F,
    ];

    public static byte[] Fill(ulong seed)
    {
        var random = new JudgeRandom(seed);
        byte[] image = new byte[JudgeLayout.MemoryBytes];
        for (int offset = 0; offset < image.Length; offset += sizeof(ulong))
        {
            bool stack = offset >= 3 * JudgeLayout.PageBytes;
            BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(offset), Word(random, stack ? 50 : 10));
        }
        FloatingImage.Fill(random, Image(image, FloatingImageAddress));
        FloatingImage.Fill(random, Image(image, ReadOnlyFloatingImageAddress));
        FillFarPointers(random, image.AsSpan(JudgeLayout.ImageOffset(FarPointers)));
        FillFrames(random, image.AsSpan(JudgeLayout.ImageOffset(Frames)));
        return image;
    }

    /// <summary>The word at an address of the image, or null where an access faults.</summary>
    public static ulong? Read(byte[] image, ulong address)
    {
        int offset = JudgeLayout.ImageOffset(address);
        return offset < 0 || JudgeLayout.ImageOffset(address + 7) != offset + 7
            ? null
            : BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(offset));
    }

    private static Span<byte> Image(byte[] image, ulong address) =>
        image.AsSpan(JudgeLayout.ImageOffset(address), FloatingImage.Bytes);

    private static void FillFarPointers(JudgeRandom random, Span<byte> target)
    {
        for (int number = 0; number < FarPointerCount; number++)
        {
            Span<byte> pointer = target.Slice(number * 16, 16);
            BinaryPrimitives.WriteUInt64LittleEndian(pointer, CodeTarget(random));
            BinaryPrimitives.WriteUInt16LittleEndian(pointer[(number % 2 == 0 ? 4 : 8)..], RegisterValues.Selector(random));
        }
    }

    private static void FillFrames(JudgeRandom random, Span<byte> target)
    {
        for (int number = 0; number < FrameCount; number++)
        {
            Span<byte> frame = target.Slice(number * 64, 64);
            uint stack = (uint)JudgeLayout.StackBase + (uint)random.Below(JudgeLayout.PageBytes);
            uint flags = random.Percent(70) ? ((uint)random.Next() & 0xCD5) | 0x202 : (uint)random.Next();
            ulong[] words =
            [
                CodeTarget(random), RegisterValues.Selector(random), flags, stack,
                random.Percent(80) ? JudgeLayout.DataSelector : RegisterValues.Selector(random),
            ];
            for (int word = 0; word < words.Length; word++)
            {
                if (number % 2 == 0)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(frame[(word * 8)..], words[word]);
                }
                else
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(frame[(word * 4)..], (uint)words[word]);
                }
            }
        }
    }

    private static ulong CodeTarget(JudgeRandom random) =>
        JudgeLayout.CodeBase + (ulong)random.Below(JudgeLayout.CodeBytes);

    private static ulong Word(JudgeRandom random, int pointerPercent)
    {
        int kind = random.Below(100);
        if (kind < pointerPercent)
        {
            ulong target = JudgeLayout.CodeBase + (ulong)random.Below(JudgeLayout.CodeBytes);
            ulong second = random.Percent(50) ? 0 : JudgeLayout.CodeBase + (ulong)random.Below(JudgeLayout.CodeBytes);
            return target | (second << 32);
        }
        return (random.Below(4)) switch
        {
            0 => random.Pick<ulong>(s_edges),
            1 => BitConverter.SingleToUInt32Bits(random.Between(-100, 100) / 4.0f)
                | ((ulong)BitConverter.SingleToUInt32Bits(random.Between(-1000, 1000)) << 32),
            2 => BitConverter.DoubleToUInt64Bits(random.Between(-10000, 10000) / 8.0),
            _ => random.Next(),
        };
    }
}
