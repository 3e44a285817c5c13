using System.Text;

namespace TestLab.Cli.Boot;

/// <summary>Looks for a text in a stream that comes in pieces of any size.</summary>
internal sealed class TextWatch(string text)
{
    private readonly byte[] _text = Encoding.UTF8.GetBytes(text);
    private byte[] _tail = [];

    /// <summary>True from the piece on that completes the text.</summary>
    public bool IsFound { get; private set; }

    public void Feed(ReadOnlySpan<byte> piece)
    {
        if (IsFound || piece.IsEmpty) return;
        byte[] seen = [.. _tail, .. piece];
        IsFound = seen.AsSpan().IndexOf(_text) >= 0;
        _tail = seen[^Math.Min(seen.Length, _text.Length - 1)..];
    }
}
