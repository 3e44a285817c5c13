using System.Text;

namespace TestLab.Cluster.Machines;

/// <summary>The last lines of a console, for the eye: no control characters, bounded in every direction.</summary>
/// <remarks>Written by the threads that run the lab, read by actors.</remarks>
public sealed class ConsoleSample
{
    /// <summary>Lines that are kept.</summary>
    public const int LinesMax = 40;

    /// <summary>Of a line; the rest of a longer one is left out.</summary>
    public const int ColumnsMax = 200;

    private readonly Lock _lock = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly Queue<string> _lines = [];
    private readonly StringBuilder _line = new();
    private Escape _escape;
    private int _newLines;
    private bool _hasChanged;

    private enum Escape
    {
        None,
        Begun,
        Control,
    }

    /// <summary>The last lines, the oldest first; the last may still grow.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_lock) return [.. Lines()];
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Span<char> letters = stackalloc char[256];
        lock (_lock)
        {
            while (!bytes.IsEmpty)
            {
                _decoder.Convert(bytes, letters, flush: false, out int bytesUsed, out int lettersUsed, out _);
                bytes = bytes[bytesUsed..];
                foreach (char letter in letters[..lettersUsed]) Write(letter);
            }
        }
    }

    /// <summary>The newest of the lines that came since the last call; empty where none did.</summary>
    public IReadOnlyList<string> TakeNew(int limit)
    {
        lock (_lock)
        {
            if (!_hasChanged) return [];
            int count = Math.Min(limit, _newLines + (_line.Length > 0 ? 1 : 0));
            (_hasChanged, _newLines) = (false, 0);
            return [.. Lines().TakeLast(count)];
        }
    }

    private IEnumerable<string> Lines() => _line.Length > 0 ? _lines.Append(_line.ToString()) : _lines;

    private void Write(char letter)
    {
        if (SkipsEscape(letter)) return;
        if (letter == '\n')
        {
            if (_lines.Count == LinesMax) _lines.Dequeue();
            _lines.Enqueue(_line.ToString());
            _line.Clear();
            _newLines++;
            _hasChanged = true;
            return;
        }

        if (char.IsControl(letter) || _line.Length == ColumnsMax) return;
        _line.Append(letter);
        _hasChanged = true;
    }

    /// <summary>Sequences as <c>ESC [ 31 m</c> are for terminals, not for a line of a table.</summary>
    private bool SkipsEscape(char letter)
    {
        Escape before = _escape;
        _escape = (before, letter) switch
        {
            (_, '\e') => Escape.Begun,
            (Escape.Begun, '[') => Escape.Control,
            (Escape.Control, < '@' or > '~') => Escape.Control,
            _ => Escape.None,
        };
        return before != Escape.None || _escape != Escape.None;
    }
}
