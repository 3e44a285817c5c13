namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>
/// Seeded operands that look for trouble: special values, denormals, NaN payloads, halves, long runs of equal bits,
/// and second operands whose exponent is near the first's.
/// </summary>
internal sealed class OperandSource(int seed)
{
    private const int QuarterTurnFractionBits = 65;
    private static readonly UInt128 QuarterTurn = new(0x3, 0x243F6A8885A308D3);
    private readonly Random _random = new(seed);

    public int Below(int limit) => _random.Next(limit);

    public ulong Bits() => ((ulong)_random.NextInt64() << 1) ^ (ulong)_random.NextInt64();

    public uint NextBinary32() => (uint)Interchange(8, 23, 0);

    public ulong NextBinary64() => Interchange(11, 52, 0);

    public uint NextBinary32Near(uint other) => (uint)Interchange(8, 23, (int)(other >> 23) & 0xFF);

    public ulong NextBinary64Near(ulong other) => Interchange(11, 52, (int)(other >> 52) & 0x7FF);

    public UInt128 NextFloat80() => NextFloat80(Exponent(15, 0));

    public UInt128 NextFloat80Near(UInt128 other) =>
        NextFloat80(Exponent(15, (int)(uint)(other >> 64) & 0x7FFF));

    /// <summary>An 80-bit number with this exponent field, now and then one without its integer bit.</summary>
    public UInt128 NextFloat80(int biased)
    {
        ulong significand = Fraction(63);
        bool hasIntegerBit = biased == 0 ? Below(8) == 0 : Below(16) != 0;
        significand |= hasIntegerBit ? 1UL << 63 : 0;
        uint sign = (uint)Below(2) << 15;
        return ((UInt128)(sign | (uint)biased) << 64) | significand;
    }

    /// <summary>An angle next to a multiple of a quarter turn of the hardware's pi, of any size below 2^63.</summary>
    public UInt128 NextAngleNearQuarterTurn()
    {
        UInt128 turns = (Bits() >> (2 + Below(61))) | 1;
        UInt128 angle = turns * QuarterTurn;
        int shift = (int)UInt128.LeadingZeroCount(angle);
        ulong significand = (ulong)(angle << shift >> 64) + (ulong)Below(3) - 1;
        int biased = 16383 + 127 - shift - QuarterTurnFractionBits;
        uint signExponent = ((uint)Below(2) << 15) | (uint)biased;
        return ((UInt128)signExponent << 64) | significand | (1UL << 63);
    }

    /// <summary>Integers of all magnitudes, and those next to powers of two.</summary>
    public long NextInteger()
    {
        long value = (long)(Bits() >> Below(64));
        value = Below(3) == 0 ? (1L << Below(64)) + Below(3) - 1 : value;
        return Below(2) == 0 ? value : unchecked(-value);
    }

    /// <summary>An MXCSR: any rounding, at times FTZ and DAZ, at times some exceptions unmasked.</summary>
    public uint NextMxcsr()
    {
        uint masks = Below(8) == 0 ? (uint)Below(64) : 63;
        uint modes = ((uint)Below(4) << 13) | (Below(4) == 0 ? 1u << 15 : 0) | (Below(4) == 0 ? 1u << 6 : 0);
        return (masks << 7) | modes;
    }

    /// <summary>An x87 control word: any rounding and precision, at times some exceptions unmasked.</summary>
    public uint NextControlWord()
    {
        uint masks = Below(4) == 0 ? (uint)Below(64) : 63;
        uint precision = (uint)(Below(2) == 0 ? 3 : Below(4));
        return masks | (precision << 8) | ((uint)Below(4) << 10) | 0x40;
    }

    private ulong Interchange(int exponentBits, int fractionBits, int near)
    {
        ulong biased = (ulong)Exponent(exponentBits, near);
        return ((ulong)Below(2) << (exponentBits + fractionBits)) | (biased << fractionBits) | Fraction(fractionBits);
    }

    private int Exponent(int bits, int near)
    {
        int maximum = (1 << bits) - 1;
        int bias = maximum >> 1;
        int exponent = Below(12) switch
        {
            0 => 0,
            1 => maximum,
            2 => 1 + Below(3),
            3 => maximum - 1 - Below(3),
            4 => _random.Next(maximum + 1),
            5 or 6 => bias + Below(70) - 4,
            7 => bias + Below(3) - 1,
            8 or 9 => near + Below(9) - 4,
            10 => near + Below(140) - 70,
            _ => bias + Below(140) - 70,
        };
        return Math.Clamp(exponent, 0, maximum);
    }

    private ulong Fraction(int bits)
    {
        ulong mask = (1UL << bits) - 1;
        return mask & Below(8) switch
        {
            0 => 0,
            1 => mask,
            2 => 1UL << Below(bits),
            3 => 0 - (1UL << Below(bits)),
            4 => (1UL << Below(bits)) - 1,
            5 => Bits() << Below(bits),
            _ => Bits(),
        };
    }
}
