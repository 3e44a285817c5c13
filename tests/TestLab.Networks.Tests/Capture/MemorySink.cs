using System.Buffers;
using TestLab.Networks.Capture;

namespace TestLab.Networks.Tests.Capture;

/// <summary>A capture in memory.</summary>
internal sealed class MemorySink : ICaptureSink
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] Content => _bytes.WrittenSpan.ToArray();

    public void Write(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);
}
