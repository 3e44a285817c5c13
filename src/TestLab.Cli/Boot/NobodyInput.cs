namespace TestLab.Cli.Boot;

/// <summary>Nobody types, nobody waits: the guest runs as fast as it can.</summary>
internal sealed class NobodyInput : ISessionInput
{
    public bool IsAttended => false;

    public bool HasLeft => false;

    public void Pass(IGuest guest)
    {
    }

    public void Watch(ReadOnlySpan<byte> sent)
    {
    }

    public long NextStop(long nowNanoseconds, long atMostNanoseconds) => atMostNanoseconds;

    public void Pace(long elapsedNanoseconds, CancellationToken cancellation)
    {
    }

    public bool TryWait(CancellationToken cancellation) => false;
}
