using System.Text;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Virtio;
using TestLab.Simulation;

namespace TestLab.Cli.Boot;

/// <summary>Runs the command of <c>--run</c> once the guest can: by the agent on the control port, else on the console.</summary>
internal sealed class CommandRun : IByteSink
{
    /// <summary>How long after the console's prompt the agent may still come; it is one fork away.</summary>
    private const long PatienceNanoseconds = 2_000_000_000;

    private const int PromptBytesMax = 256;

    /// <summary>How often to look whether the port is open; multiples of it are the same moments in every run.</summary>
    private const long LookNanoseconds = 10_000_000;

    /// <summary>What the hello of an agent repeats that was there before this session: that of a snapshot.</summary>
    private const ulong GreetingWord = 0x7465_7374_6C61_6231;

    private readonly string _text;
    private readonly IGuestPort _console;
    private readonly IGuestPort _control;
    private readonly ControlShell _shell;
    private readonly ControlClient _client;
    private readonly Stream _output;
    private readonly List<byte> _errors = [];
    private ControlCommand? _command;
    private bool _isOnConsole;
    private bool _isGreeted;
    private string _lastLine = "";
    private long _patienceEndNanoseconds = long.MaxValue;
    private long _nextLookNanoseconds;

    public CommandRun(string command, IGuestPort console, IGuestPort control, Stream output)
    {
        (_text, _console, _control, _output) = (command, console, control, output);
        _shell = new ControlShell(command, output);
        _client = new ControlClient(this);
    }

    /// <summary>True once the command was handed to the guest.</summary>
    public bool IsStarted => _isOnConsole || _command is not null;

    public int? ExitCode => _isOnConsole ? _shell.ExitCode : _command?.Outcome?.ExitCode;

    public ReadOnlySpan<byte> Errors => _isOnConsole ? _shell.Errors : _errors.ToArray();

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
        if (_isOnConsole) _shell.Feed(sent);
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
        _client.Advance(new VirtualTime(nowNanoseconds));
        _client.Feed(_control.Take());
        if (_client.Fault != ControlFault.None && _command is { } lost)
        {
            _errors.AddRange(Encoding.UTF8.GetBytes($"testlab: {lost.Outcome}: the control channel, {_client.Fault}\n"));
        }
        if (IsStarted) return;
        if (_client.IsReady) StartByAgent();
        else if (nowNanoseconds >= _patienceEndNanoseconds) StartOnConsole();
        else if (nowNanoseconds >= _nextLookNanoseconds && _control.IsOpen && !_isGreeted) Greet();
    }

    void IByteSink.Write(ReadOnlySpan<byte> bytes) => _control.Send(bytes);

    private void StartByAgent()
    {
        _command = _client.Start(CommandRequest.Shell(_text));
        _command.Output = bytes => _output.Write(bytes);
        _command.Errors = bytes => _errors.AddRange(bytes);
    }

    private void StartOnConsole()
    {
        _isOnConsole = true;
        _console.Send(_shell.TerminalRequest());
    }

    private void Greet()
    {
        _isGreeted = true;
        _client.Reset(GreetingWord);
    }
}
