using System.Text;

namespace TestLab.Cli.Boot;

/// <summary>Runs the command of <c>--run</c> once a shell is there: on the control port, else on the console.</summary>
internal sealed class CommandRun(string command, IGuestPort console, IGuestPort control, Stream output)
{
    /// <summary>How long after the console's prompt the control port may still open; opening it is one fork away.</summary>
    private const long PatienceNanoseconds = 2_000_000_000;

    private const int PromptBytesMax = 256;

    /// <summary>How often to look whether the port is open; multiples of it are the same moments in every run.</summary>
    private const long LookNanoseconds = 10_000_000;

    private readonly ControlShell _shell = new(command, output);
    private IGuestPort? _port;
    private string _lastLine = "";
    private long _patienceEndNanoseconds = long.MaxValue;
    private long _nextLookNanoseconds;

    /// <summary>True once the command was handed to the guest.</summary>
    public bool IsStarted => _port is not null;

    public int? ExitCode => _shell.ExitCode;

    public ReadOnlySpan<byte> Errors => _shell.Errors;

    /// <summary>When to step again, even if nothing happens.</summary>
    public long NextStop(long nowNanoseconds)
    {
        if (IsStarted) return long.MaxValue;
        _nextLookNanoseconds = ((nowNanoseconds / LookNanoseconds) + 1) * LookNanoseconds;
        return Math.Min(_patienceEndNanoseconds, _nextLookNanoseconds);
    }

    /// <summary>Hears the console's output.</summary>
    public void FeedConsole(ReadOnlySpan<byte> sent, long nowNanoseconds)
    {
        if (_port == console) _shell.Feed(sent);
        if (IsStarted) return;
        string seen = _lastLine + Encoding.UTF8.GetString(sent);
        _lastLine = seen[(seen.LastIndexOf('\n') + 1)..];
        if (_lastLine.Length > PromptBytesMax) _lastLine = _lastLine[^PromptBytesMax..];
        // A root shell waits when its prompt is all there is in the last line.
        bool isPrompt = _lastLine.EndsWith("# ", StringComparison.Ordinal);
        _patienceEndNanoseconds = isPrompt ? nowNanoseconds + PatienceNanoseconds : long.MaxValue;
    }

    /// <summary>Starts the command when it can be, and takes its answer.</summary>
    public void Step(long nowNanoseconds)
    {
        bool isLook = nowNanoseconds >= _nextLookNanoseconds;
        if (!IsStarted && isLook && control.IsOpen) Start(control, _shell.Request());
        else if (!IsStarted && nowNanoseconds >= _patienceEndNanoseconds) Start(console, _shell.TerminalRequest());
        if (_port == control) _shell.Feed(control.Take());
    }

    private void Start(IGuestPort port, byte[] request)
    {
        _port = port;
        port.Send(request);
    }
}
