using TestLab.Cli.Hosting;

namespace TestLab.Cli.Boot;

/// <summary>Somebody at a terminal: keys go to the guest, and a guest that waits does so in the watcher's time.</summary>
internal sealed class TerminalInput(Keyboard keyboard) : ISessionInput
{
    /// <summary>A guest that is idle is looked at as often as a screen is drawn.</summary>
    public const long LookNanoseconds = 20_000_000;

    private readonly EscapeKeys _escape = new();
    private readonly WallClock _wall = new();

    public bool IsAttended => true;

    public bool HasLeft => _escape.HasLeft;

    public void Pass(IGuest guest)
    {
        byte[] typed = _escape.Filter(keyboard.Take());
        if (typed.Length > 0) guest.Console.Send(typed);
    }

    public void Watch(ReadOnlySpan<byte> sent)
    {
    }

    public long NextStop(long nowNanoseconds, long atMostNanoseconds) =>
        Math.Min(atMostNanoseconds, nowNanoseconds + LookNanoseconds);

    public void Pace(long elapsedNanoseconds, CancellationToken cancellation) =>
        keyboard.Wait(_wall.Lead(elapsedNanoseconds), cancellation);

    public bool TryWait(CancellationToken cancellation)
    {
        keyboard.Wait(TimeSpan.FromSeconds(1), cancellation);
        return true;
    }
}
