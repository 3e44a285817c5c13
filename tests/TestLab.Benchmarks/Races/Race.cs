namespace TestLab.Benchmarks.Races;

/// <summary>The same work done by all contenders, round by round, so that a busy host disturbs them alike.</summary>
internal sealed class Race
{
    private readonly Dictionary<string, List<Moment>> _costs = [];

    private Race(IEnumerable<IContender> contenders)
    {
        foreach (IContender contender in contenders) _costs.Add(contender.Name, []);
    }

    public static Race Run(IReadOnlyList<IContender> contenders, int rounds, Func<IContender, Lap> work)
    {
        var race = new Race(contenders);
        string? result = null;
        for (int round = 0; round < rounds; round++)
        {
            // There and back again: nobody always runs behind the same other.
            foreach (IContender contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                Lap lap = work(contender);
                result ??= lap.Result;
                if (lap.Result != result)
                    throw new InvalidOperationException($"{contender.Name} has \"{lap.Result}\" where others have \"{result}\".");
                race._costs[contender.Name].Add(lap.Cost);
            }
        }

        return race;
    }

    public bool Has(string name) => _costs.ContainsKey(name);

    /// <summary>The median of a contender's costs by some measure.</summary>
    public double Median(string name, Func<Moment, double> measure) => Statistics.Median(_costs[name].Select(measure));

    /// <summary>The median over the rounds of one contender's cost as a multiple of another's in that round.</summary>
    public double Ratio(string name, string other, Func<Moment, TimeSpan> measure) =>
        Statistics.Median(_costs[name].Zip(_costs[other], (one, two) => measure(one) / measure(two)));
}
