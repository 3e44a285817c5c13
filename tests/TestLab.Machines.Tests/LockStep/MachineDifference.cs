namespace TestLab.Machines.Tests.LockStep;

/// <summary>Where two runs part.</summary>
/// <param name="Slice">Number of the slice.</param>
/// <param name="From">Clock at which they are equal.</param>
/// <param name="To">Clock at which they are not: the next one, where that could be found.</param>
/// <param name="Text">What stands there, and which parts of the machine differ then.</param>
internal sealed record MachineDifference(int Slice, ulong From, ulong To, string Text)
{
    public override string ToString() => $"They part in slice {Slice}, between ticks {From} and {To}.\n{Text}";
}
