using System.Text;

namespace TestLab.Cli.Boot;

/// <summary>Keeps the beginning of what is written: a guest that prints for ever fills no memory.</summary>
internal sealed class BoundedStream : MemoryStream
{
    public const int LimitBytes = 16 << 20;

    /// <summary>Whether more was written than is kept.</summary>
    public bool IsCut { get; private set; }

    public string Text => Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length);

    public override void Write(byte[] buffer, int offset, int count)
    {
        int room = LimitBytes - (int)Length;
        IsCut |= count > room;
        base.Write(buffer, offset, Math.Min(room, count));
    }

    /// <summary>The base would call back here, since it does not know what a derived class does with its bytes.</summary>
    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);
}
