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
