using System.Buffers.Binary;
using TestLab.Networks.Capture;

namespace TestLab.Labs.Running;

/// <summary>The end of a capture: its head and as many of the last frames as there is room for.</summary>
/// <remarks>Each call of the sink brings one block of the pcapng format, which begins with its type.</remarks>
internal sealed class LastFrames : ICaptureSink
{
    /// <summary>Of the blocks of frames that are kept.</summary>
    public const int LimitBytes = 4 << 20;

    private const uint FrameBlock = 6;

    private readonly Queue<byte[]> _frames = [];
    private readonly List<byte[]> _head = [];
    private readonly List<byte[]> _tail = [];
    private long _bytes;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        byte[] block = bytes.ToArray();
        if (BinaryPrimitives.ReadUInt32LittleEndian(block) != FrameBlock)
        {
            // Interfaces are told before the first frame, statistics after the last one.
            (_frames.Count == 0 ? _head : _tail).Add(block);
            return;
        }

        _frames.Enqueue(block);
        _bytes += block.Length;
        while (_bytes > LimitBytes) _bytes -= _frames.Dequeue().Length;
    }

    public void CopyTo(Stream stream)
    {
        foreach (byte[] block in _head.Concat(_frames).Concat(_tail)) stream.Write(block);
    }
}
