using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TestLab.Cli.Boot;

/// <summary>Runs one command in a root shell at the end of a line of bytes, and tells its outputs apart.</summary>
/// <remarks>
/// The shell sends: a mark; the command's stdout as it comes; a mark; exit code and length of stderr; stderr. A mark is
/// a hash of the command between two separators, so that no output holds it by accident; and what is sent is a function
/// of the command alone, so that the run stays repeatable.
/// </remarks>
internal sealed class ControlShell
{
    private const char Separator = '\x1E';

    /// <summary>A terminal takes lines of 4,095 bytes, marks and quotes included.</summary>
    private const int PieceLengthMax = 512;

    private readonly string _command;
    private readonly string _word;
    private readonly Stream _output;
    private readonly byte[] _begin;
    private readonly byte[] _end;
    private byte[] _pending = [];
    private Part _part = Part.Preamble;
    private byte[] _errors = [];
    private int _errorsLength;

    /// <param name="command">One or several lines for <c>sh</c>.</param>
    /// <param name="output">Gets the command's stdout as it comes.</param>
    public ControlShell(string command, Stream output)
    {
        _command = command;
        _output = output;
        _word = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(command)))[..24];
        _begin = Encoding.ASCII.GetBytes($"{Separator}{_word}b{Separator}");
        _end = Encoding.ASCII.GetBytes($"{Separator}{_word}e{Separator}");
    }

    private enum Part
    {
        Preamble,
        Output,
        Status,
        Errors,
        Done,
    }

    /// <summary>The command's exit code, once all of its output is here.</summary>
    public int? ExitCode => _part == Part.Done ? Status : null;

    /// <summary>The command's stderr, complete with <see cref="ExitCode"/>.</summary>
    public ReadOnlySpan<byte> Errors => _errors;

    private int Status { get; set; }

    /// <summary>What to type into a shell on a port that carries bytes as they are.</summary>
    public byte[] Request() => Encoding.UTF8.GetBytes(
        $"e=/tmp/.testlab; mkdir -p /tmp; printf '\\036%s\\036' {_word}b; (eval {Quoted(_command)}) 2> $e < /dev/null; "
        + $"r=$?; printf '\\036%s\\036%d %d\\n' {_word}e $r $(wc -c < $e); cat $e; rm -f $e\n");

    /// <summary>What to type into a shell on a terminal: no echo, no added returns, no long lines.</summary>
    public byte[] TerminalRequest()
    {
        var lines = new StringBuilder("stty -echo -opost; c=\n");
        foreach (char[] piece in Encoding.UTF8.GetString(Request()).TrimEnd('\n').Chunk(PieceLengthMax))
        {
            lines.Append("c=$c").Append(Quoted(new string(piece))).Append('\n');
        }
        return Encoding.UTF8.GetBytes(lines.Append("eval \"$c\"\n").ToString());
    }

    /// <summary>Takes the next bytes that the shell sent.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        _pending = [.. _pending, .. bytes];
        while (TakePart())
        {
        }
    }

    /// <returns>True when a part is complete and the next one may be here too.</returns>
    private bool TakePart()
    {
        switch (_part)
        {
            case Part.Preamble: return Skip(_begin, Stream.Null, Part.Output);
            case Part.Output: return Skip(_end, _output, Part.Status);
            case Part.Status:
                int line = _pending.AsSpan().IndexOf((byte)'\n');
                if (line < 0) return false;
                string[] words = Encoding.ASCII.GetString(_pending, 0, line).Split(' ', StringSplitOptions.TrimEntries);
                (Status, _errorsLength) = (Number(words[0]), Number(words[^1]));
                Drop(line + 1);
                _part = Part.Errors;
                return true;
            case Part.Errors:
                if (_pending.Length < _errorsLength) return false;
                _errors = _pending[.._errorsLength];
                _part = Part.Done;
                return true;
            default: return false;
        }
    }

    /// <summary>Passes bytes on up to a mark; the start of what may become the mark waits.</summary>
    private bool Skip(byte[] mark, Stream passed, Part next)
    {
        int at = _pending.AsSpan().IndexOf(mark);
        bool isWhole = at >= 0;
        if (!isWhole) at = StartOfPartialMark(mark);
        passed.Write(_pending, 0, at);
        Drop(isWhole ? at + mark.Length : at);
        if (isWhole) _part = next;
        return isWhole;
    }

    private int StartOfPartialMark(byte[] mark)
    {
        for (int at = Math.Max(0, _pending.Length - mark.Length + 1); at < _pending.Length; at++)
        {
            if (mark.AsSpan().StartsWith(_pending.AsSpan(at))) return at;
        }
        return _pending.Length;
    }

    private void Drop(int count) => _pending = _pending[count..];

    // A guest may answer anything: what is no number is a failed command.
    private static int Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 1;

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
