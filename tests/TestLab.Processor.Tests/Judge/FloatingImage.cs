using System.Buffers.Binary;

namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// FXSAVE images in the 64-bit form (SDM volume 1, table 10-2). What a seed makes of one never changes, because
/// memory images contain them.
/// </summary>
public static class FloatingImage
{
    public const int Bytes = 512;

    /// <summary>The part that holds registers; the processor and the kernel own the rest.</summary>
    public const int RegisterBytes = 416;

    public const int StatusWord = 2;
    public const int TagWord = 4;
    public const int Mxcsr = 24;
    public const int MxcsrMask = 28;
    public const int FirstStackRegister = 32;
    public const int FirstVectorRegister = 160;
    public const int RegisterStride = 16;

    private const ushort AllMasked = 0x037F;
    private const uint MxcsrInitial = 0x1F80;
    private const ushort ErrorSummary = 0x8080;

    private static readonly ulong[] s_doubles =
    [
        0, 0x8000_0000_0000_0000, 0x3FF0_0000_0000_0000, 0xBFF0_0000_0000_0000, 0x7FF0_0000_0000_0000,
        0xFFF0_0000_0000_0000, 0x7FF8_0000_0000_0000, 0x7FF0_0000_0000_0001, 0xFFF4_0000_1234_5678, 1,
        0x000F_FFFF_FFFF_FFFF, 0x0010_0000_0000_0000, 0x7FEF_FFFF_FFFF_FFFF, 0x41DF_FFFF_FFC0_0000,
        0x41E0_0000_0000_0000, 0x43E0_0000_0000_0000, 0xC3E0_0000_0000_0000, 0x3FE0_0000_0000_0000,
        0x4004_0000_0000_0000, 0x3810_0000_0000_0000, 0x47EF_FFFF_E000_0000, 0x369F_FFFF_FFFF_FFFF,
    ];

    private static readonly uint[] s_singles =
    [
        0, 0x8000_0000, 0x3F80_0000, 0xBF80_0000, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0000, 0x7F80_0001, 0xFFA0_1234, 1,
        0x007F_FFFF, 0x0080_0000, 0x7F7F_FFFF, 0x4EFF_FFFF, 0x4F00_0000, 0xCF00_0000, 0x5F00_0000, 0x3F00_0000,
        0x4020_0000, 0x3EFF_FFFF,
    ];

    public static byte[] Initial()
    {
        byte[] image = new byte[Bytes];
        BinaryPrimitives.WriteUInt16LittleEndian(image, AllMasked);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(Mxcsr), MxcsrInitial);
        return image;
    }

    public static void Fill(JudgeRandom random, Span<byte> image)
    {
        image.Clear();
        int control = AllMasked & ~0x0300 | (random.Below(4) << 10) | (random.Pick<int>([0, 2, 3, 3, 3]) << 8);
        int status = random.Percent(60) ? random.Below(8) << 11 : random.Below(0x8000) & 0x7F7F;
        if (random.Percent(15))
        {
            control &= ~random.Below(0x40);
        }
        if ((status & ~control & 0x3F) != 0)
        {
            status = random.Percent(80) ? status & ~0x3F : status | ErrorSummary;
        }
        BinaryPrimitives.WriteUInt16LittleEndian(image, (ushort)control);
        BinaryPrimitives.WriteUInt16LittleEndian(image[StatusWord..], (ushort)status);
        image[TagWord] = random.Below(4) switch { 0 => 0, 1 => (byte)random.Next(), _ => 0xFF };
        uint mxcsr = MxcsrInitial | ((uint)random.Below(4) << 13);
        mxcsr |= random.Percent(10) ? 0x8000u : 0;
        mxcsr |= random.Percent(10) ? 0x0040u : 0;
        mxcsr |= random.Percent(20) ? (uint)random.Below(0x40) : 0;
        mxcsr &= random.Percent(15) ? ~((uint)random.Below(0x40) << 7) : ~0u;
        BinaryPrimitives.WriteUInt32LittleEndian(image[Mxcsr..], mxcsr);
        BinaryPrimitives.WriteUInt32LittleEndian(image[MxcsrMask..], 0xFFFF);
        for (int register = 0; register < 8; register++)
        {
            FillExtended(random, image.Slice(FirstStackRegister + (register * RegisterStride), 10));
        }
        for (int register = 0; register < 16; register++)
        {
            FillVector(random, image.Slice(FirstVectorRegister + (register * RegisterStride), RegisterStride));
        }
    }

    private static void FillExtended(JudgeRandom random, Span<byte> target)
    {
        const ulong Integer = 0x8000_0000_0000_0000;
        int sign = random.Below(2) << 15;
        (int exponent, ulong significand) = random.Below(14) switch
        {
            0 => (0, 0UL),
            1 => (0x7FFF, Integer),
            2 => (0x7FFF, Integer | random.Next()),
            3 => (0, random.Next() >> random.Between(1, 63)),
            4 => (random.Below(0x8000), random.Next()),
            5 => (0x3FFF, Integer),
            6 => (random.Between(1, 0x7FFE), Integer | random.Next()),
            7 => (0x3FFF + random.Between(-70, 70), Integer),
            8 => (0x7FFF, random.Next()),
            9 or 10 => (0x3FFF + random.Between(0, 66), Integer | (random.Next() << random.Between(40, 63))),
            11 => (random.Pick<int>([1, 0x7FFE, 0x3C01, 0x3F81, 0x43FE, 0x407E]), Integer | random.Next()),
            _ => (0x3FFF + random.Between(-40, 40), Integer | random.Next()),
        };
        BinaryPrimitives.WriteUInt64LittleEndian(target, significand);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], (ushort)(exponent | sign));
    }

    private static void FillVector(JudgeRandom random, Span<byte> target)
    {
        int kind = random.Below(5);
        if (kind == 0)
        {
            random.Fill(target);
            return;
        }
        if (kind <= 2)
        {
            for (int lane = 0; lane < 2; lane++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target[(lane * 8)..], Double(random));
            }
            return;
        }
        for (int lane = 0; lane < 4; lane++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target[(lane * 4)..], Single(random));
        }
    }

    private static ulong Double(JudgeRandom random) => random.Below(4) switch
    {
        0 => random.Pick<ulong>(s_doubles),
        1 => BitConverter.DoubleToUInt64Bits(random.Between(-5000, 5000) / 16.0),
        2 => (random.Next() & 0x800F_FFFF_FFFF_FFFF) | ((ulong)(1023 + random.Between(-66, 66)) << 52),
        _ => random.Next(),
    };

    private static uint Single(JudgeRandom random) => random.Below(4) switch
    {
        0 => random.Pick<uint>(s_singles),
        1 => BitConverter.SingleToUInt32Bits(random.Between(-5000, 5000) / 16.0f),
        2 => ((uint)random.Next() & 0x807F_FFFF) | ((uint)(127 + random.Between(-34, 66)) << 23),
        _ => (uint)random.Next(),
    };
}
