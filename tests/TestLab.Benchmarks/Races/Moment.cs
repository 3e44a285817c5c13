namespace TestLab.Benchmarks.Races;

/// <summary>Where a contender stands.</summary>
/// <param name="Wall">Time of the host's clock.</param>
/// <param name="Processor">Processor time that its process has used, all threads together.</param>
/// <param name="Instructions">What its guest has retired; zero where nobody counts.</param>
internal readonly record struct Moment(TimeSpan Wall, TimeSpan Processor, ulong Instructions = 0)
{
    public static Moment operator -(Moment end, Moment start) =>
        new(end.Wall - start.Wall, end.Processor - start.Processor, end.Instructions - start.Instructions);
}
