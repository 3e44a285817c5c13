using System.Buffers.Binary;

namespace TestLab.Simulation.Snapshots;

/// <summary>Reads the pieces of one section as one stream, which ends where the section ends.</summary>
internal sealed class PieceReader(Action<Memory<byte>> read) : PieceStream
{
    private readonly byte[] _head = new byte[4];
    private readonly byte[] _piece = new byte[SimulationFormat.PieceLimitBytes];
    private int _length;
    private int _position;
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_position == _length && !_isAtEnd) ReadPiece();
        int count = Math.Min(buffer.Length, _length - _position);
        _piece.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private void ReadPiece()
    {
        read(_head);
        _length = BinaryPrimitives.ReadInt32LittleEndian(_head);
        if (_length is < 0 or > SimulationFormat.PieceLimitBytes) throw new SnapshotException();
        _position = 0;
        _isAtEnd = _length == 0;
        read(_piece.AsMemory(0, _length));
    }
}
