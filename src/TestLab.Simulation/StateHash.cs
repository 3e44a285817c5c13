namespace TestLab.Simulation;

/// <summary>What a state hashes to; equal hashes mean equal runs.</summary>
public readonly record struct StateHash(UInt128 High, UInt128 Low)
{
    public override string ToString() => $"{High:x32}{Low:x32}";
}
