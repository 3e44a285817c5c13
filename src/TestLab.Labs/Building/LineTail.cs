using System.Text;

namespace TestLab.Labs.Building;

/// <summary>Cuts a command's output into lines as it comes, and keeps the last of them.</summary>
internal sealed class LineTail(Action<string>? heard)
{
    private const int LinesMax = 64;
    private const int LineBytesMax = 4096;

    private readonly Queue<string> _lines = [];
    private readonly List<byte> _pending = [];

    public void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value != '\n') _pending.Add(value);
            if (value == '\n' || _pending.Count == LineBytesMax) End();
        }
    }

    public override string ToString()
    {
        if (_pending.Count > 0) End();
        return string.Join('\n', _lines);
    }

    private void End()
    {
        string line = Encoding.UTF8.GetString([.. _pending]);
        _pending.Clear();
        if (_lines.Count == LinesMax) _lines.Dequeue();
        _lines.Enqueue(line);
        heard?.Invoke(line);
    }
}
