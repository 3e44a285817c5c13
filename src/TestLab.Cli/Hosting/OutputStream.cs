using System.Runtime.InteropServices;

namespace TestLab.Cli.Hosting;

/// <summary>A descriptor of this process to write to; each write is there when it returns.</summary>
/// <remarks>
/// The stream of <see cref="Console"/> hides that a reader has gone, and a <see cref="FileStream"/> writes at a
/// position of its own, over what others put into the same file.
/// </remarks>
internal sealed class OutputStream(int descriptor) : Stream
{
    public static OutputStream Standard { get; } = new(1);

    public static OutputStream Errors { get; } = new(2);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="ReaderGoneException">Nobody reads the other end of the pipe.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = LibC.Write(descriptor, buffer, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }
            int error = Marshal.GetLastPInvokeError();
            if (error == LibC.BrokenPipe) throw new ReaderGoneException();
            if (error != LibC.Interrupted) throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
