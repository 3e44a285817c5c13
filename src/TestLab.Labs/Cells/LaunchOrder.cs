using TestLab.Labs.Grammar;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Who starts before whom; a circle is refused and shown.</summary>
internal sealed class LaunchOrder(IReadOnlyList<(string Machine, StartSyntax Start)> machines, ProblemList problems)
{
    private readonly Dictionary<string, StartSyntax> _starts =
        machines.ToDictionary(each => each.Machine, each => each.Start, StringComparer.Ordinal);

    private readonly Dictionary<string, int> _waves = new(StringComparer.Ordinal);
    private readonly List<string> _path = [];

    public IReadOnlyList<LaunchWave> Build()
    {
        foreach ((string machine, _) in machines) WaveOf(machine);
        return
        [
            .. machines.GroupBy(each => _waves[each.Machine]).OrderBy(wave => wave.Key)
                .Select(wave => new LaunchWave([.. wave.Select(each => each.Machine)])),
        ];
    }

    private int WaveOf(string machine)
    {
        if (_waves.TryGetValue(machine, out int known)) return known;
        _path.Add(machine);
        var wave = 0;
        foreach (AfterSyntax after in _starts[machine].After)
        {
            foreach (string other in after.Machines)
            {
                if (_path.Contains(other)) Complain(other, after.Mark);
                else wave = Math.Max(wave, WaveOf(other) + 1);
            }
        }
        _path.RemoveAt(_path.Count - 1);
        _waves[machine] = wave;
        return wave;
    }

    private void Complain(string machine, Mark mark)
    {
        string[] round = [.. _path.SkipWhile(each => each != machine), machine];
        problems.Add(mark, round.Length == 2
            ? $"{machine} waits for itself"
            : $"the launch order goes in a circle: {string.Join(" -> ", round)} (each waits for the next)");
    }
}
