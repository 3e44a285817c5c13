namespace TestLab.Machines.Boot.Decompression;

/// <summary>
/// The length of a match in three ranges: 8 short ones and 8 middle ones by position, 256 long ones.
/// </summary>
internal sealed class LzmaLengthDecoder
{
    private const int ShortBits = 3;
    private const int LongBits = 8;
    private const int Short = 1 << ShortBits;
    private const int PositionStates = 16;

    private readonly ushort[] _choices = new ushort[2];
    private readonly ushort[] _low = new ushort[PositionStates * Short];
    private readonly ushort[] _middle = new ushort[PositionStates * Short];
    private readonly ushort[] _high = new ushort[1 << LongBits];

    public void Reset()
    {
        foreach (ushort[] probabilities in (ushort[][])[_choices, _low, _middle, _high])
        {
            Array.Fill(probabilities, RangeDecoder.EvenOdds);
        }
    }

    /// <summary>Gives the length above the shortest.</summary>
    public int Decode(ref RangeDecoder range, int positionState)
    {
        if (range.Bit(ref _choices[0]) == 0)
        {
            return (int)range.Tree(_low.AsSpan(positionState * Short, Short), ShortBits);
        }
        return range.Bit(ref _choices[1]) == 0
            ? Short + (int)range.Tree(_middle.AsSpan(positionState * Short, Short), ShortBits)
            : (2 * Short) + (int)range.Tree(_high, LongBits);
    }
}
