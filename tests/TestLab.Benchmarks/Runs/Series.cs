namespace TestLab.Benchmarks.Runs;

/// <summary>The same measured several times.</summary>
internal sealed class Series
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    private double Median => _milliseconds.Order().ElementAt(_milliseconds.Count / 2);

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    /// <summary>The ratio of the medians.</summary>
    public double Over(Series other) => Median / other.Median;

    /// <summary>Median and smallest.</summary>
    public override string ToString() => $"{Median:F1} ms ({_milliseconds.Min():F1})";
}
