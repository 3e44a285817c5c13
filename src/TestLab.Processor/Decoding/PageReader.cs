using Iced.Intel;

namespace TestLab.Processor.Decoding;

/// <summary>Feeds the decoder from native memory.</summary>
internal sealed unsafe class PageReader : CodeReader
{
    private byte* _next;
    private byte* _end;

    public void Set(byte* start, int length)
    {
        _next = start;
        _end = start + length;
    }

    public override int ReadByte() => _next == _end ? -1 : *_next++;
}
