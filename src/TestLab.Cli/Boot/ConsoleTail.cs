using System.Text;

namespace TestLab.Cli.Boot;

/// <summary>The last lines of a console, for whoever must say what went wrong.</summary>
internal sealed class ConsoleTail
{
    private const int BytesMax = 4096;
    private const int LinesMax = 12;

    private byte[] _bytes = [];

    /// <summary>The last lines as plain text: what moves cursors or rings bells is left out.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (char letter in Encoding.UTF8.GetString(_bytes))
            {
                if (letter == '\n' || !char.IsControl(letter)) text.Append(letter);
            }
            string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return string.Join(Environment.NewLine, lines[^Math.Min(LinesMax, lines.Length)..]);
        }
    }

    public void Feed(ReadOnlySpan<byte> piece)
    {
        byte[] all = [.. _bytes, .. piece];
        _bytes = all[^Math.Min(all.Length, BytesMax)..];
    }
}
