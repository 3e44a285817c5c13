using TestLab.Cli.Hosting;

namespace TestLab.Cli.Boot;

/// <summary>Types what a pipe or file holds once the guest's shell is there; its end is Ctrl-D.</summary>
/// <remarks>
/// While more may come, the guest waits for it in the writer's time; after the end it runs as it can. An end stays an
/// end: as long as the guest is silent, Ctrl-D is typed again each second of its time, since a shell that is busy when
/// it comes loses it.
/// </remarks>
internal sealed class PipeInput(Keyboard keyboard, bool isReady) : ISessionInput
{
    /// <summary>What the shells of our images say first.</summary>
    public const string ReadyText = "testlab: ready";

    private const byte EndOfTransmission = 0x04;
    private const long EndAgainNanoseconds = 1_000_000_000;

    private readonly TextWatch _ready = new(ReadyText);
    private readonly WallClock _wall = new();
    private bool _hasEnded;
    private bool _hasSpoken;
    private long _silentSince;

    public bool IsAttended => false;

    public bool HasLeft => false;

    private bool IsAwaited => (isReady || _ready.IsFound) && !_hasEnded;

    public void Pass(IGuest guest)
    {
        if (_hasEnded)
        {
            EndAgain(guest);
            return;
        }
        if (!IsAwaited) return;
        guest.Console.Send(keyboard.Take());
        if (!keyboard.HasEnded) return;
        guest.Console.Send([EndOfTransmission]);
        _hasEnded = true;
        _silentSince = guest.NowNanoseconds;
    }

    public void Watch(ReadOnlySpan<byte> sent)
    {
        _ready.Feed(sent);
        _hasSpoken = true;
    }

    public long NextStop(long nowNanoseconds, long atMostNanoseconds) => (IsAwaited, _hasEnded) switch
    {
        (true, _) => Math.Min(atMostNanoseconds, nowNanoseconds + TerminalInput.LookNanoseconds),
        (_, true) => Math.Min(atMostNanoseconds, nowNanoseconds + EndAgainNanoseconds),
        _ => atMostNanoseconds,
    };

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

    private void EndAgain(IGuest guest)
    {
        if (_hasSpoken) _silentSince = guest.NowNanoseconds;
        _hasSpoken = false;
        if (guest.NowNanoseconds - _silentSince < EndAgainNanoseconds) return;
        guest.Console.Send([EndOfTransmission]);
        _silentSince = guest.NowNanoseconds;
    }
}
