using TestLab.Protocol;

namespace TestLab.Cli.Runs;

internal sealed class MachinePicture(string name)
{
    private const int TailMost = 8;

    private readonly List<string> _tail = [];

    public string Name => name;

    public MachineStage Stage { get; set; } = MachineStage.Waiting;

    /// <summary>The newest lines of the console that were sampled, the oldest first.</summary>
    public IReadOnlyList<string> Tail => _tail;

    /// <summary>Adds lines; the first may be the last one of before, grown since.</summary>
    public void Write(IReadOnlyList<string> lines)
    {
        if (lines.Count > 0 && _tail.Count > 0 && lines[0].StartsWith(_tail[^1], StringComparison.Ordinal))
            _tail.RemoveAt(_tail.Count - 1);
        _tail.AddRange(lines.Where(line => !string.IsNullOrWhiteSpace(line)));
        if (_tail.Count > TailMost) _tail.RemoveRange(0, _tail.Count - TailMost);
    }
}
