namespace TestLab.Labs.Running;

/// <summary>A stream that takes no more than its limit; what comes after the first piece without room is dropped.</summary>
/// <param name="inner">Where the bytes go; owned from now on.</param>
/// <param name="limitBytes">How many it takes.</param>
/// <param name="keepsPieces">Whether the piece without room is dropped whole: a record means nothing cut.</param>
public sealed class LimitedStream(Stream inner, long limitBytes, bool keepsPieces = false) : Stream
{
    private long _length;

    /// <summary>Whether something was left out.</summary>
    public bool IsCut { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsCut) return; // A gap would be worse than an end.
        long room = limitBytes - _length;
        IsCut = buffer.Length > room;
        if (IsCut) buffer = keepsPieces ? [] : buffer[..(int)room];
        inner.Write(buffer);
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
