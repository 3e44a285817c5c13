using TestLab.Simulation.Execution;

namespace TestLab.Simulation.Tests.Execution;

/// <summary>Random sleeps, collections and orders; only the host's side is random, the seed says which.</summary>
internal sealed class Chaos(int seed) : IInterference
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public int Pick(int readyCount)
    {
        lock (_gate) return _random.Next(readyCount);
    }

    public void Disturb()
    {
        int dice;
        lock (_gate) dice = _random.Next(20_000);
        if (dice < 2) Thread.Sleep(1);
        else if (dice == 2) GC.Collect(0);
        else if (dice < 200) Thread.Yield();
        else if (dice < 1_000) Thread.SpinWait(dice);
    }

    public override string ToString() => $"chaos seed {seed}";
}
