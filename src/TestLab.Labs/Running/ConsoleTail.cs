using System.Text;
using TestLab.Machines.Devices.Serial;

namespace TestLab.Labs.Running;

/// <summary>The last lines of a console, for whoever must say what went wrong.</summary>
public sealed class ConsoleTail : ISerialBackend
{
    public const int BytesMax = 4096;
    public const int LinesMax = 12;

    private readonly Queue<byte> _last = new(BytesMax);

    /// <summary>The last lines as plain text: what moves cursors or rings bells is left out.</summary>
    public string Text
    {
        get
        {
            string all = Encoding.UTF8.GetString([.. _last]);
            string plain = string.Concat(all.Where(letter => letter == '\n' || !char.IsControl(letter)));
            string[] lines = plain.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return string.Join(Environment.NewLine, lines.TakeLast(LinesMax));
        }
    }

    public void Transmit(byte value)
    {
        if (_last.Count == BytesMax) _last.Dequeue();
        _last.Enqueue(value);
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes) Transmit(value);
    }
}
