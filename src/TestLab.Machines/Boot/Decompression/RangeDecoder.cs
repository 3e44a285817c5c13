using System.Runtime.CompilerServices;

namespace TestLab.Machines.Boot.Decompression;

/// <summary>
/// The binary range decoder of LZMA: bits by adaptive probabilities of 11 bits. Past its input it reads zeros, and
/// <see cref="IsFinished"/> is false.
/// </summary>
internal ref struct RangeDecoder
{
    /// <summary>One half: what every probability starts as.</summary>
    public const ushort EvenOdds = 1 << (ProbabilityBits - 1);

    private const int ProbabilityBits = 11;
    private const int AdaptationShift = 5;
    private const uint Top = 1 << 24;
    private const int InitialBytes = 5;

    private readonly ReadOnlySpan<byte> _input;
    private int _position;
    private uint _range;
    private uint _code;

    public RangeDecoder(ReadOnlySpan<byte> input)
    {
        _input = input;
        _range = uint.MaxValue;
        for (; _position < InitialBytes; _position++)
        {
            _code = (_code << 8) | (_position < input.Length ? input[_position] : 0u);
        }
    }

    /// <summary>Whether exactly the input was read, as after the last symbol of an undamaged chunk.</summary>
    public readonly bool IsFinished => _position == _input.Length && _code == 0;

    /// <summary>Whether symbols were made of bytes that are not there.</summary>
    public readonly bool IsOverrun => _position > _input.Length;

    /// <summary>Decodes a bit and moves its probability towards what it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Bit(ref ushort probability)
    {
        Normalize();
        uint odds = probability;
        uint bound = (_range >> ProbabilityBits) * odds;
        if (_code < bound)
        {
            _range = bound;
            probability = (ushort)(odds + (((1u << ProbabilityBits) - odds) >> AdaptationShift));
            return 0;
        }
        _range -= bound;
        _code -= bound;
        probability = (ushort)(odds - (odds >> AdaptationShift));
        return 1;
    }

    /// <summary>Decodes a number of the given width through a tree of probabilities, highest bit first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Tree(Span<ushort> probabilities, int bits)
    {
        uint symbol = 1;
        for (int bit = 0; bit < bits; bit++)
        {
            symbol = (symbol << 1) | Bit(ref probabilities[(int)symbol]);
        }
        return symbol - (1u << bits);
    }

    /// <summary>As <see cref="Tree"/>, lowest bit first.</summary>
    public uint ReverseTree(Span<ushort> probabilities, int bits)
    {
        uint symbol = 1;
        uint value = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            uint decoded = Bit(ref probabilities[(int)symbol]);
            symbol = (symbol << 1) | decoded;
            value |= decoded << bit;
        }
        return value;
    }

    /// <summary>Decodes bits of even odds, highest first.</summary>
    public uint Direct(int bits)
    {
        uint value = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            Normalize();
            _range >>= 1;
            uint isSet = _code >= _range ? 1u : 0u;
            _code -= _range & (0 - isSet);
            value = (value << 1) | isSet;
        }
        return value;
    }

    /// <summary>Reads what the last symbol left to be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Normalize()
    {
        if (_range < Top)
        {
            _range <<= 8;
            uint next = (uint)_position < (uint)_input.Length ? _input[_position] : 0u;
            _position++;
            _code = (_code << 8) | next;
        }
    }
}
