namespace TestLab.Machines.Boot.Decompression;

/// <summary>
/// The symbols of LZMA: literals, matches, and matches at one of the last four distances; what was decoded so far says
/// which probabilities decide next. State and probabilities outlive a chunk (LZMA specification, I. Pavlov).
/// </summary>
internal sealed class LzmaDecoder
{
    private const int States = 12;
    private const int FirstStateAfterMatch = 7;
    private const int PositionStatesMaximum = 1 << 4;
    private const int LiteralProbabilities = 0x300;
    private const int ContextBitsMaximum = 4; // LZMA2 allows that many for lc and lp together.
    private const int PropertiesMaximum = 9 * 5 * 5;
    private const int MatchLengthMinimum = 2;
    private const int LengthClasses = 4;
    private const int SlotBits = 6;
    private const int FirstModelledSlot = 4;
    private const int FirstDirectSlot = 14;
    private const int AlignBits = 4;
    private const int ModelledDistances = 128;

    private readonly ushort[] _isMatch = new ushort[States * PositionStatesMaximum];
    private readonly ushort[] _isRepeat = new ushort[States];
    private readonly ushort[] _isRepeat0 = new ushort[States];
    private readonly ushort[] _isRepeat1 = new ushort[States];
    private readonly ushort[] _isRepeat2 = new ushort[States];
    private readonly ushort[] _isLongRepeat0 = new ushort[States * PositionStatesMaximum];
    private readonly ushort[] _slots = new ushort[LengthClasses << SlotBits];
    private readonly ushort[] _distances = new ushort[ModelledDistances];
    private readonly ushort[] _align = new ushort[1 << AlignBits];
    private readonly ushort[] _literals = new ushort[LiteralProbabilities << ContextBitsMaximum];
    private readonly LzmaLengthDecoder _matchLength = new();
    private readonly LzmaLengthDecoder _repeatLength = new();

    private int _literalContextBits;
    private uint _literalPositionMask;
    private uint _positionMask;
    private int _state;
    private uint _repeat0;
    private uint _repeat1;
    private uint _repeat2;
    private uint _repeat3;
    private bool _hasProperties;

    /// <summary>Takes the byte that packs lc, lp and pb, and resets the state.</summary>
    public void SetProperties(byte packed)
    {
        int positionBits = packed / 45;
        int literalPositionBits = packed / 9 % 5;
        _literalContextBits = packed % 9;
        if (packed >= PropertiesMaximum || _literalContextBits + literalPositionBits > ContextBitsMaximum)
        {
            throw new InvalidDataException($"the LZMA properties {packed:x2} are not allowed");
        }
        _literalPositionMask = (1u << literalPositionBits) - 1;
        _positionMask = (1u << positionBits) - 1;
        _hasProperties = true;
        ResetState();
    }

    /// <summary>Forgets all that was learned.</summary>
    public void ResetState()
    {
        _state = 0;
        (_repeat0, _repeat1, _repeat2, _repeat3) = (0, 0, 0, 0);
        foreach (ushort[] probabilities in (ushort[][])
        [
            _isMatch, _isRepeat, _isRepeat0, _isRepeat1, _isRepeat2, _isLongRepeat0, _slots, _distances, _align,
            _literals,
        ])
        {
            Array.Fill(probabilities, RangeDecoder.EvenOdds);
        }
        _matchLength.Reset();
        _repeatLength.Reset();
    }

    /// <summary>
    /// Decodes a chunk into the rest of the output, whose part before the position is the dictionary.
    /// </summary>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public void Decode(ReadOnlySpan<byte> chunk, Span<byte> output, int position)
    {
        if (!_hasProperties)
        {
            throw new InvalidDataException("an LZMA2 chunk has no properties");
        }
        RangeDecoder range = new(chunk);
        while (position < output.Length)
        {
            int positionState = (int)((uint)position & _positionMask);
            if (range.Bit(ref _isMatch[(_state * PositionStatesMaximum) + positionState]) == 0)
            {
                output[position] = Literal(ref range, output, position);
                position++;
                continue;
            }
            int length = Match(ref range, positionState);
            Copy(output, ref position, length);
            if (range.IsOverrun)
            {
                break;
            }
        }
        range.Normalize();
        if (!range.IsFinished)
        {
            throw new InvalidDataException("an LZMA2 chunk does not end where it should");
        }
    }

    private byte Literal(ref RangeDecoder range, ReadOnlySpan<byte> output, int position)
    {
        uint previous = position > 0 ? output[position - 1] : 0u;
        uint context = (((uint)position & _literalPositionMask) << _literalContextBits)
            + (previous >> (8 - _literalContextBits));
        Span<ushort> probabilities = _literals.AsSpan((int)context * LiteralProbabilities, LiteralProbabilities);
        uint symbol = 1;
        if (_state >= FirstStateAfterMatch && _repeat0 < (uint)position)
        {
            // After a match the byte that would have continued it is a hint, until the first bit that differs.
            uint hint = output[position - 1 - (int)_repeat0];
            uint offset = 0x100;
            while (symbol < 0x100)
            {
                hint <<= 1;
                uint hintBit = hint & offset;
                uint bit = range.Bit(ref probabilities[(int)(offset + hintBit + symbol)]);
                symbol = (symbol << 1) | bit;
                offset = bit != 0 ? hintBit : offset & ~hintBit;
            }
        }
        else
        {
            while (symbol < 0x100)
            {
                symbol = (symbol << 1) | range.Bit(ref probabilities[(int)symbol]);
            }
        }
        _state = _state switch { < 4 => 0, < 10 => _state - 3, _ => _state - 6 };
        return (byte)symbol;
    }

    /// <summary>Decodes a match: its distance becomes the latest, its length is the result.</summary>
    private int Match(ref RangeDecoder range, int positionState)
    {
        bool isAfterLiteral = _state < FirstStateAfterMatch;
        if (range.Bit(ref _isRepeat[_state]) == 0)
        {
            (_repeat1, _repeat2, _repeat3) = (_repeat0, _repeat1, _repeat2);
            int length = _matchLength.Decode(ref range, positionState);
            _repeat0 = Distance(ref range, Math.Min(length, LengthClasses - 1));
            _state = isAfterLiteral ? 7 : 10;
            return length + MatchLengthMinimum;
        }
        if (range.Bit(ref _isRepeat0[_state]) == 0)
        {
            if (range.Bit(ref _isLongRepeat0[(_state * PositionStatesMaximum) + positionState]) == 0)
            {
                _state = isAfterLiteral ? 9 : 11;
                return 1;
            }
        }
        else if (range.Bit(ref _isRepeat1[_state]) == 0)
        {
            (_repeat0, _repeat1) = (_repeat1, _repeat0);
        }
        else if (range.Bit(ref _isRepeat2[_state]) == 0)
        {
            (_repeat0, _repeat1, _repeat2) = (_repeat2, _repeat0, _repeat1);
        }
        else
        {
            (_repeat0, _repeat1, _repeat2, _repeat3) = (_repeat3, _repeat0, _repeat1, _repeat2);
        }
        _state = isAfterLiteral ? 8 : 11;
        return _repeatLength.Decode(ref range, positionState) + MatchLengthMinimum;
    }

    private uint Distance(ref RangeDecoder range, int lengthClass)
    {
        int slot = (int)range.Tree(_slots.AsSpan(lengthClass << SlotBits, 1 << SlotBits), SlotBits);
        if (slot < FirstModelledSlot)
        {
            return (uint)slot;
        }
        int bits = (slot >> 1) - 1;
        uint distance = (2u | ((uint)slot & 1)) << bits;
        return slot < FirstDirectSlot
            ? distance + range.ReverseTree(_distances.AsSpan((int)distance - slot), bits)
            : distance + (range.Direct(bits - AlignBits) << AlignBits) + range.ReverseTree(_align, AlignBits);
    }

    private void Copy(Span<byte> output, ref int position, int length)
    {
        if (_repeat0 >= (uint)position || length > output.Length - position)
        {
            throw new InvalidDataException("an LZMA match reaches out of the data");
        }
        int source = position - 1 - (int)_repeat0;
        if (_repeat0 + 1 >= (uint)length)
        {
            output.Slice(source, length).CopyTo(output[position..]);
            position += length;
            return;
        }
        // The match overlaps what it makes: a pattern that repeats.
        for (int end = position + length; position < end; position++)
        {
            output[position] = output[source++];
        }
    }
}
