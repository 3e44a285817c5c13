using TestLab.Simulation;

namespace TestLab.Networks.Links.Faults;

/// <summary>Numbers by index, each perhaps the same as the one before.</summary>
/// <remarks>Without correlation the number of an index is a function of the index alone.</remarks>
internal sealed class ChanceStream(ulong seed, string path, string purpose)
{
    private readonly RandomStream _numbers = new(seed, path, purpose);
    private readonly RandomStream _repeats = new(seed, path, purpose + "-repeat");

    /// <summary>The number of the last decision; 0 before the first.</summary>
    public ulong Last { get; set; }

    public bool Decide(in Chance chance, ulong index) =>
        !chance.Probability.IsNever && chance.Probability.Hits(Draw(chance.Correlation, index));

    public ulong Draw(Probability correlation, ulong index)
    {
        if (correlation.IsNever) return _numbers.At(index);
        if (index == 0 || !correlation.Hits(_repeats.At(index))) Last = _numbers.At(index);
        return Last;
    }
}
