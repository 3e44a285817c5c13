using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>Decodes bytes in one mode, and tells where the processors of Intel and AMD would disagree.</summary>
public sealed class CodeDecoder
{
    private readonly Bytes _reader = new();
    private readonly Decoder _decoder;
    private readonly Decoder _amd;

    public CodeDecoder(JudgeMode mode)
    {
        _decoder = Decoder.Create((int)mode, _reader, DecoderOptions.Jmpe);
        _amd = Decoder.Create((int)mode, _reader, DecoderOptions.Jmpe | DecoderOptions.AMD);
    }

    public Instruction Decode(ReadOnlyMemory<byte> code, ulong address) => Decode(_decoder, code, address);

    public ConstantOffsets Offsets(in Instruction instruction) => _decoder.GetConstantOffsets(instruction);

    /// <summary>True where both vendors decode the same instruction, or neither knows one.</summary>
    public bool IsPortable(in Instruction instruction, ReadOnlyMemory<byte> code, ulong address)
    {
        Instruction other = Decode(_amd, code, address);
        return other.Code == instruction.Code && other.Length == instruction.Length;
    }

    private Instruction Decode(Decoder decoder, ReadOnlyMemory<byte> code, ulong address)
    {
        _reader.Reset(code);
        decoder.IP = address;
        return decoder.Decode();
    }

    private sealed class Bytes : CodeReader
    {
        private ReadOnlyMemory<byte> _code;
        private int _position;

        public void Reset(ReadOnlyMemory<byte> code)
        {
            _code = code;
            _position = 0;
        }

        public override int ReadByte() => _position < _code.Length ? _code.Span[_position++] : -1;
    }
}
