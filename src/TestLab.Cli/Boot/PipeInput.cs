using TestLab.Cli.Hosting;

namespace TestLab.Cli.Boot;

/// <summary>Types what a pipe or file holds once the guest's shell is there; its end is Ctrl-D.</summary>
/// <remarks>While more may come, the guest waits for it in the writer's time; after the end it runs as it can.</remarks>
internal sealed class PipeInput(Keyboard keyboard, bool isReady) : ISessionInput
{
    /// <summary>What the shells of our images say first.</summary>
    public const string ReadyText = "testlab: ready";

    private const byte EndOfTransmission = 0x04;

    private readonly TextWatch _ready = new(ReadyText);
    private readonly WallClock _wall = new();
    private bool _hasEnded;

    public bool IsAttended => false;

    public bool HasLeft => false;

    private bool IsAwaited => (isReady || _ready.IsFound) && !_hasEnded;

    public void Pass(IGuest guest)
    {
        if (!IsAwaited) return;
        guest.Console.Send(keyboard.Take());
        if (!keyboard.HasEnded) return;
        guest.Console.Send([EndOfTransmission]);
        _hasEnded = true;
    }

    public void Watch(ReadOnlySpan<byte> sent) => _ready.Feed(sent);

    public long NextStop(long nowNanoseconds, long atMostNanoseconds) => IsAwaited
        ? Math.Min(atMostNanoseconds, nowNanoseconds + TerminalInput.LookNanoseconds)
        : atMostNanoseconds;

    public void Pace(long elapsedNanoseconds, CancellationToken cancellation)
    {
        TimeSpan lead = _wall.Lead(elapsedNanoseconds);
        if (IsAwaited) keyboard.Wait(lead, cancellation);
    }

    public bool TryWait(CancellationToken cancellation)
    {
        if (!IsAwaited) return false;
        keyboard.Wait(TimeSpan.FromSeconds(1), cancellation);
        return true;
    }
}
