namespace TestLab.Cli.Boot;

/// <summary>Who sits before the guest: somebody at a terminal, a pipe, or nobody.</summary>
internal interface ISessionInput
{
    /// <summary>True where somebody can press a key; nothing need end by itself then.</summary>
    bool IsAttended { get; }

    /// <summary>True once the user wants to leave.</summary>
    bool HasLeft { get; }

    /// <summary>Hands over what was typed.</summary>
    void Pass(IGuest guest);

    /// <summary>Sees what the guest shows.</summary>
    void Watch(ReadOnlySpan<byte> sent);

    /// <summary>The moment at which keys are to be looked at again, at most the given one.</summary>
    long NextStop(long nowNanoseconds, long atMostNanoseconds);

    /// <summary>Holds the guest where it is ahead of its watcher's clock.</summary>
    void Pace(long elapsedNanoseconds, CancellationToken cancellation);

    /// <summary>Waits for a key; false where none can come.</summary>
    bool TryWait(CancellationToken cancellation);
}
