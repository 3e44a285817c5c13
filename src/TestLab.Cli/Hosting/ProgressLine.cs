namespace TestLab.Cli.Hosting;

/// <summary>Says on stderr what is being done: one line that changes on a terminal, plain lines elsewhere.</summary>
internal sealed class ProgressLine(TextWriter errors, bool isTerminal, TimeProvider? time = null) : IDisposable
{
    private const int ColumnsMax = 79;
    private const string Clear = "\r\x1b[K";

    private readonly Lock _lock = new();
    private readonly DetailPause _pause = new(time);
    private bool _isShown;

    public void Show(string text)
    {
        lock (_lock)
        {
            string line = $"testlab: {text.ReplaceLineEndings(" ")}";
            if (!isTerminal)
            {
                errors.WriteLine(line);
                return;
            }
            errors.Write(Clear + (line.Length > ColumnsMax ? line[..ColumnsMax] : line));
            _isShown = true;
        }
    }

    /// <summary>What changes by the second: on a terminal all of it, elsewhere a line now and then.</summary>
    public void ShowDetail(string text)
    {
        if (isTerminal || _pause.IsOver()) Show(text);
    }

    /// <summary>A line that stays.</summary>
    public void Warn(string text)
    {
        Dispose();
        errors.WriteLine($"testlab: warning: {text}");
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isShown) errors.Write(Clear);
            _isShown = false;
        }
    }
}
