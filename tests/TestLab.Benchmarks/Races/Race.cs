namespace TestLab.Benchmarks.Races;

/// <summary>The same work done by all contenders, round by round, so that a busy host disturbs them alike.</summary>
internal sealed class Race
{
    private readonly Dictionary<string, List<Moment>> _costs = [];

    private Race(IEnumerable<string> contenders)
    {
        foreach (string contender in contenders) _costs.Add(contender, []);
    }

    public static Race Run(IReadOnlyList<string> contenders, int rounds, Func<string, Lap> work)
    {
        var race = new Race(contenders);
        string? result = null;
        for (int round = 0; round < rounds; round++)
        {
            // There and back again: nobody always runs behind the same other.
            foreach (string contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                Lap lap = work(contender);
                result ??= lap.Result;
                if (lap.Result != result)
                    throw new InvalidOperationException($"{contender} has \"{lap.Result}\" where others have \"{result}\".");
                race._costs[contender].Add(lap.Cost);
            }
        }

        return race;
    }

    /// <summary>The median of a contender's costs by some measure.</summary>
    public double Median(string name, Func<Moment, double> measure) => Statistics.Median(_costs[name].Select(measure));

    /// <summary>The median over the rounds of one contender's cost as a multiple of another's in that round.</summary>
    public double Ratio(string name, string other, Func<Moment, TimeSpan> measure) =>
        Statistics.Median(_costs[name].Zip(_costs[other], (one, two) => measure(one) / measure(two)));
}
