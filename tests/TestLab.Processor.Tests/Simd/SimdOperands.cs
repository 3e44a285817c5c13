using System.Buffers.Binary;

namespace TestLab.Processor.Tests.Simd;

/// <summary>
/// What an instruction finds: an FXSAVE image, RAX, RCX, RDX, flags, and memory; odd numbers are frequent.
/// </summary>
public static class SimdOperands
{
    public const int RegistersOffset = 0x200;
    public const int FlagsOffset = 0x218;
    public const int Size = 0x480;

    private const int XmmOffset = 160;
    private const uint StatusFlags = 0x8D5;

    private static readonly uint[] Singles =
    [
        0, 0x80000000, 1, 0x807FFFFF, 0x00800000, 0x00800001, 0x01000000, 0x3F800000, 0xBF800000, 0x3F000000,
            0x40490FDB, 0x4B000001, 0x4EFFFFFF, 0x4F000000,
        0xCF000000, 0xCF000001, 0x5F000000, 0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC12345, 0x7F800001,
            0xFFA00000, 0x3FC00000, 0x40200000,
    ];

    private static readonly ulong[] Doubles =
    [
        0, 1UL << 63, 1, 0x800F_FFFF_FFFF_FFFF, 0x0010_0000_0000_0000, 0x3FF0_0000_0000_0000, 0xBFF0_0000_0000_0000,
            0x3FE0_0000_0000_0000, 0x4009_21FB_5444_2D18,
        0x41DF_FFFF_FFC0_0000, 0x41E0_0000_0000_0000, 0xC1E0_0000_0020_0000, 0x43E0_0000_0000_0000,
            0x4330_0000_0000_0001, 0x380F_FFFF_FFFF_FFFF, 0x3810_0000_0000_0000,
        0x47EF_FFFF_F000_0000, 0x36A0_0000_0000_0000, 0x7FEF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0000,
            0xFFF0_0000_0000_0000, 0x7FF8_0000_0000_0000,
        0xFFF8_1234_0000_0000, 0x7FF0_0000_0000_0001, 0xFFF4_0000_0000_0000, 0x3FF8_0000_0000_0000,
    ];

    public static void Fill(Span<byte> image, Random random)
    {
        random.NextBytes(image);
        BinaryPrimitives.WriteUInt16LittleEndian(image, 0x37F);
        BinaryPrimitives.WriteUInt16LittleEndian(image[2..], (ushort)(random.Next(8) << 11));
        image.Slice(6, 18).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(image[24..], Mxcsr(random));
        for (int i = 0; i < 8; i++) image.Slice(32 + 16 * i + 10, 6).Clear();
        for (int i = 0; i < 16; i++) FillVector(image.Slice(XmmOffset + 16 * i, 16), random);
        FillVector(image.Slice(SimdVariant.MemoryOffset, 16), random);
        for (int i = 0; i < 3; i++)
        {
            ulong value = random.Next(3) switch
            {
                0 => (ulong)random.Next(-20, 20),
                1 => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
                _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            };
            BinaryPrimitives.WriteUInt64LittleEndian(image[(RegistersOffset + 8 * i)..], value);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(image[FlagsOffset..], ((uint)random.Next() & StatusFlags) | 0x202);
    }

    /// <summary>The usual control in half of the cases, any with all exceptions masked in the others.</summary>
    private static uint Mxcsr(Random random) => random.Next(4) switch
    {
        0 => 0x1F80,
        1 => 0x1FA0,
        _ => 0x1F80 | ((uint)random.Next() & 0xE07F),
    };

    private static void FillVector(Span<byte> vector, Random random)
    {
        switch (random.Next(7))
        {
            case 0:
                for (int i = 0; i < 16; i += 4) BinaryPrimitives.WriteUInt32LittleEndian(vector[i..],
                    Singles[random.Next(Singles.Length)]);
                break;
            case 1:
                for (int i = 0; i < 16; i += 8) BinaryPrimitives.WriteUInt64LittleEndian(vector[i..],
                    Doubles[random.Next(Doubles.Length)]);
                break;
            case 2:
                for (int i = 0; i < 16; i += 4) BinaryPrimitives.WriteSingleLittleEndian(vector[i..],
                    (float)(random.NextDouble() * 2000 - 1000));
                break;
            case 3:
                for (int i = 0; i < 16; i += 8) BinaryPrimitives.WriteDoubleLittleEndian(vector[i..],
                    random.NextDouble() * 2000 - 1000);
                break;
            case 4:
                for (int i = 0; i < 16; i++) vector[i] = (byte)random.Next(4);
                break;
            case 5:
                vector.Clear();
                for (int i = 0; i < 16; i += 8) vector[i] = (byte)random.Next(70);
                break;
        }
    }
}
