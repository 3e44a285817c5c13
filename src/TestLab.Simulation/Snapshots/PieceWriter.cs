using System.Buffers.Binary;

namespace TestLab.Simulation.Snapshots;

/// <summary>Cuts what is written into pieces with lengths.</summary>
internal sealed class PieceWriter(Action<ReadOnlyMemory<byte>> write) : PieceStream
{
    private const int HeadBytes = 4;

    private readonly byte[] _piece = new byte[HeadBytes + SimulationFormat.PieceLimitBytes];
    private int _length;

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, SimulationFormat.PieceLimitBytes - _length);
            buffer[..count].CopyTo(_piece.AsSpan(HeadBytes + _length));
            _length += count;
            buffer = buffer[count..];
            if (_length == SimulationFormat.PieceLimitBytes) WritePiece();
        }
    }

    /// <summary>Pieces end when they are full; <see cref="Finish"/> ends the last.</summary>
    public override void Flush()
    {
    }

    public void Finish()
    {
        if (_length > 0) WritePiece();
        WritePiece();
    }

    private void WritePiece()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_piece, _length);
        write(_piece.AsMemory(0, HeadBytes + _length));
        _length = 0;
    }
}
