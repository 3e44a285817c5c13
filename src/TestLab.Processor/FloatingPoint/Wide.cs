namespace TestLab.Processor.FloatingPoint;

/// <summary>Integer steps on 128 bits, held as two halves.</summary>
internal static class Wide
{
    /// <summary>Shifts right by any count; what falls off the end stays visible as the last bit ("sticky").</summary>
    public static void ShiftRightSticky(ref ulong high, ref ulong low, int count)
    {
        switch (count)
        {
            case 0:
                return;
            case < 64:
                ulong lost = low << (64 - count);
                low = (high << (64 - count)) | (low >> count) | Sticky(lost);
                high >>= count;
                return;
            case 64:
                low = high | Sticky(low);
                high = 0;
                return;
            case < 128:
                low = (high >> (count - 64)) | Sticky((high << (128 - count)) | low);
                high = 0;
                return;
            default:
                low = Sticky(high | low);
                high = 0;
                return;
        }
    }

    public static ulong Sticky(ulong lost) => lost != 0 ? 1UL : 0UL;

    /// <summary>
    /// Divides 128 bits by a divisor whose top bit is set, given <paramref name="high"/> &lt; divisor: two digits of
    /// 32 bits each (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D).
    /// </summary>
    public static ulong Divide(ulong high, ulong low, ulong divisor, out ulong remainder)
    {
        ulong first = DivideStep(high, (uint)(low >> 32), divisor, out ulong rest);
        ulong second = DivideStep(rest, (uint)low, divisor, out remainder);
        return (first << 32) | second;
    }

    /// <summary>The upper half of a product of 128 by 128 bits.</summary>
    public static UInt128 MultiplyHigh(UInt128 first, UInt128 second)
    {
        ulong firstHigh = (ulong)(first >> 64);
        ulong firstLow = (ulong)first;
        ulong secondHigh = (ulong)(second >> 64);
        ulong secondLow = (ulong)second;
        ulong lowest = Math.BigMul(firstLow, secondLow, out _);
        UInt128 left = Product(firstHigh, secondLow) + lowest;
        UInt128 right = Product(firstLow, secondHigh) + (ulong)left;
        return Product(firstHigh, secondHigh) + (ulong)(left >> 64) + (ulong)(right >> 64);
    }

    /// <summary>
    /// The fraction numerator / divisor to 128 bits, cut; numerator &lt; divisor, whose top bit is set.
    /// </summary>
    public static UInt128 DivideFraction(UInt128 numerator, UInt128 divisor)
    {
        ulong first = DivideStep(numerator, divisor, out UInt128 rest);
        ulong second = DivideStep(rest, divisor, out _);
        return new UInt128(first, second);
    }

    /// <summary>
    /// The root of 128 bits, one of the two top bits of which is set, and what is left beside its square.
    /// </summary>
    /// <remarks>
    /// Zimmermann's square root (INRIA RR-3805): the root of the upper half, then one division for the lower half of
    /// the digits, which is at most one too large. The remainder has 65 bits; <paramref name="carry"/> is the top one.
    /// </remarks>
    public static ulong SquareRoot(ulong high, ulong low, out ulong remainder, out bool carry)
    {
        uint upper = SquareRoot(high, out ulong upperRemainder);

        // The dividend has up to 65 bits; the divisor, twice the upper root, is even, so both are halved.
        ulong halfDividend = (upperRemainder << 31) | (low >> 33);
        (ulong quotient, ulong halfRest) = Math.DivRem(halfDividend, upper);
        ulong rest = (halfRest << 1) | ((low >> 32) & 1);
        ulong root = ((ulong)upper << 32) + quotient;
        UInt128 square = (UInt128)quotient * quotient;
        UInt128 left = ((UInt128)rest << 32) | (uint)low;
        if (left < square)
        {
            root--;
            left += ((UInt128)root << 1) + 1;
        }

        left -= square;
        remainder = (ulong)left;
        carry = left >> 64 != 0;
        return root;
    }

    private static uint SquareRoot(ulong value, out ulong remainder)
    {
        uint upper = SquareRootBitwise((uint)(value >> 32), out uint upperRemainder);
        ulong dividend = ((ulong)upperRemainder << 16) | (ushort)(value >> 16);
        (ulong quotient, ulong rest) = Math.DivRem(dividend, (ulong)upper << 1);
        ulong root = ((ulong)upper << 16) + quotient;
        long left = (long)((rest << 16) | (ushort)value) - (long)(quotient * quotient);
        if (left < 0)
        {
            root--;
            left += (long)(root << 1) + 1;
        }

        remainder = (ulong)left;
        return (uint)root;
    }

    private static uint SquareRootBitwise(uint value, out uint remainder)
    {
        uint root = 0;
        uint left = value;
        for (uint bit = 1U << 30; bit != 0; bit >>= 2)
        {
            uint trial = root + bit;
            root >>= 1;
            if (left >= trial)
            {
                left -= trial;
                root += bit;
            }
        }

        remainder = left;
        return root;
    }

    private static ulong DivideStep(ulong rest, uint digit, ulong divisor, out ulong remainder)
    {
        ulong divisorHigh = divisor >> 32;
        ulong divisorLow = (uint)divisor;
        (ulong quotient, ulong partial) = Math.DivRem(rest, divisorHigh);
        while (quotient > uint.MaxValue || quotient * divisorLow > ((partial << 32) | digit))
        {
            quotient--;
            partial += divisorHigh;
            if (partial > uint.MaxValue)
            {
                break;
            }
        }

        remainder = ((rest << 32) | digit) - (quotient * divisor);
        return quotient;
    }

    private static UInt128 Product(ulong first, ulong second)
    {
        ulong high = Math.BigMul(first, second, out ulong low);
        return new UInt128(high, low);
    }

    /// <summary>
    /// One digit of 64 bits of a quotient; the next digit of the numerator is zero (again algorithm D).
    /// </summary>
    private static ulong DivideStep(UInt128 rest, UInt128 divisor, out UInt128 remainder)
    {
        ulong divisorHigh = (ulong)(divisor >> 64);
        ulong divisorLow = (ulong)divisor;
        ulong restHigh = (ulong)(rest >> 64);
        ulong restLow = (ulong)rest;
        ulong quotient = ulong.MaxValue;
        ulong partial = unchecked(restLow + divisorHigh);
        bool isSettled = restHigh == divisorHigh && partial < divisorHigh; // What is left exceeds any correction.
        if (restHigh != divisorHigh)
        {
            quotient = Divide(restHigh, restLow, divisorHigh, out partial);
        }

        while (!isSettled && Product(quotient, divisorLow) > new UInt128(partial, 0))
        {
            quotient--;
            partial = unchecked(partial + divisorHigh);
            isSettled = partial < divisorHigh;
        }

        remainder = unchecked((rest << 64) - (divisor * quotient));
        return quotient;
    }
}
