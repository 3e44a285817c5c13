namespace TestLab.Simulation;

/// <summary>Where a device reads the time: exact to the instruction that asks.</summary>
public interface IClock
{
    VirtualTime Now { get; }
}
