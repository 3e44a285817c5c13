namespace TestLab.Processor.Instructions;

/// <summary>Whether a handler computes the status flags; handlers are compiled for both.</summary>
internal interface IFlagMode
{
    static abstract bool IsLive { get; }
}

internal readonly struct LiveFlags : IFlagMode
{
    public static bool IsLive => true;
}

internal readonly struct DeadFlags : IFlagMode
{
    public static bool IsLive => false;
}
