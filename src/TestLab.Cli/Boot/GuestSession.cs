using TestLab.Cli.Hosting;
using TestLab.Labs.Running;
using TestLab.Labs.Words;

namespace TestLab.Cli.Boot;

/// <summary>Runs a guest from the host's side until it ends itself, or a text, a command, a key, a limit does.</summary>
/// <remarks>
/// What the session does to a guest, and where it ends, follows from the guest's own output and time. So what is not
/// typed by hand ends at the same instruction in every run, restored from a snapshot or not.
/// </remarks>
internal sealed class GuestSession(IGuest guest, BootRequest request, ISessionInput input, Stream output, Stream errors)
{
    /// <summary>With no limit of the user's own and nobody to press a key, a waiting guest would wait forever.</summary>
    public const long UnattendedLimitNanoseconds = 3_600_000_000_000;

    /// <summary>A command has an end of its own, and may well sleep for hours.</summary>
    public const long CommandLimitNanoseconds = 24 * UnattendedLimitNanoseconds;

    private readonly long _started = guest.NowNanoseconds;
    private readonly TextWatch? _watch = request.Until is { } text ? new(text) : null;
    private readonly ConsoleTail _tail = new();
    private readonly CommandRun? _command =
        request.Run is { } command ? new(command, guest.Console, guest.Control, output) : null;

    private bool _isSaved;

    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public Ending Run(CancellationToken cancellation)
    {
        while (true)
        {
            input.Pass(guest);
            guest.Advance(NextStop());
            SaveWhenDue();
            PassConsole();
            _command?.Step(guest.NowNanoseconds);
            if (Ended(cancellation) is { } ending) return ending;
            cancellation.ThrowIfCancellationRequested();
            input.Pace(guest.NowNanoseconds - _started, cancellation);
        }
    }

    private long Limit => request.TimeLimitNanoseconds
        ?? (input.IsAttended, _command) switch
        {
            (true, _) => long.MaxValue,
            (_, null) => UnattendedLimitNanoseconds,
            _ => CommandLimitNanoseconds,
        };

    private long End => Limit > long.MaxValue - _started ? long.MaxValue : _started + Limit;

    private long NextStop()
    {
        long next = Math.Min(End, _command?.NextStop(guest.NowNanoseconds) ?? long.MaxValue);
        if (request.Save is { } save && !_isSaved) next = Math.Min(next, save.AtNanoseconds);
        return input.NextStop(guest.NowNanoseconds, next);
    }

    private void SaveWhenDue()
    {
        if (request.Save is not { } save || _isSaved || guest.NowNanoseconds < save.AtNanoseconds) return;
        guest.Save(save.Path);
        _isSaved = true;
    }

    private void PassConsole()
    {
        byte[] sent = guest.Console.Take();
        if (sent.Length == 0) return;
        _watch?.Feed(sent);
        _tail.Feed(sent);
        input.Watch(sent);
        if (_command is null) output.Write(sent);
        else _command.FeedConsole(sent, guest.NowNanoseconds);
    }

    private Ending? Ended(CancellationToken cancellation)
    {
        if (_command is { ExitCode: { } exitCode })
        {
            errors.Write(_command.Errors);
            return Unless(SaveMissed(), new(exitCode));
        }
        if (_watch is { IsFound: true }) return Unless(SaveMissed(), new(ExitCode.Passed));
        if (input.HasLeft) return new(ExitCode.Passed);
        if (guest.Stop is { } stop && !IsRevived(stop, cancellation)) return Stopped(stop);
        return guest.NowNanoseconds >= End ? new(ExitCode.TimedOut, TimedOut()) : null;
    }

    /// <summary>Somebody at a terminal sees a reset as a reset, and may wake a guest that waits.</summary>
    private bool IsRevived(GuestStop stop, CancellationToken cancellation)
    {
        if (stop is GuestStop.Reset or GuestStop.TripleFault && input.IsAttended) guest.Restart();
        else if (stop != GuestStop.Idle || !input.TryWait(cancellation)) return false;
        return true;
    }

    private Ending Stopped(GuestStop stop) => (stop, _command, _watch) switch
    {
        (GuestStop.Idle, _, _) => new(ExitCode.Failed, "the guest halted for good: no event can wake it" + LastWords),
        (GuestStop.Reset, _, _) => new(ExitCode.Failed, "the guest asked for a reset" + LastWords),
        (GuestStop.TripleFault, _, _) => new(ExitCode.Failed, "the guest reset itself by a triple fault" + LastWords),
        (_, not null, _) => new(ExitCode.Failed, "the guest powered off before the command ended" + LastWords),
        (_, _, not null) => new(ExitCode.Failed, $"the guest powered off without \"{request.Until}\""),
        _ => Unless(SaveMissed(), new(ExitCode.Passed)),
    };

    private string TimedOut()
    {
        string awaited = (request.Run, request.Until) switch
        {
            ({ } run, _) => _command is { IsStarted: true } ? $"\"{run}\" runs on" : "no shell for the command",
            (_, { } text) => $"\"{text}\" has not appeared",
            _ => "the guest runs on",
        };
        return $"timed out: {awaited} after {Unit.Duration.Format(Limit)} of guest time"
            + (request.TimeLimitNanoseconds is null ? " (--time-limit allows more)" : "")
            + (_command is null ? "" : LastWords);
    }

    private string LastWords => _command is null || _tail.Text.Length == 0
        ? ""
        : $"; the last it said:{Environment.NewLine}{_tail.Text}";

    private Ending? SaveMissed() => request.Save is { } save && !_isSaved
        ? new(ExitCode.Failed, $"no snapshot: the guest ended before {Unit.Duration.Format(save.AtNanoseconds)}")
        : null;

    private static Ending Unless(Ending? worse, Ending ending) => worse ?? ending;
}
