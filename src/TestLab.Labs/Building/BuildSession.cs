using TestLab.Images;
using TestLab.Images.Building;
using TestLab.Labs.Running;
using TestLab.Machines;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Labs.Building;

/// <summary>One command on a machine that stands alone, from power-on to the command's end.</summary>
internal sealed class BuildSession : IByteSink
{
    /// <summary>How much guest time passes between two looks at the host's wish to stop.</summary>
    private const long SliceNanoseconds = 20_000_000;

    /// <summary>A guest that is not there after so much of its time is not going to be.</summary>
    private const long BootLimitNanoseconds = 120_000_000_000;

    private readonly PersonalComputer _machine;
    private readonly HostLine _wire;
    private readonly ConsoleTail _console;
    private readonly BuildErrand _errand;
    private readonly ControlClient _client;
    private readonly LineTail _output = new(null);
    private readonly LineTail _errors;
    private ControlCommand? _command;

    public BuildSession(PersonalComputer machine, HostLine wire, ConsoleTail console, BuildErrand errand)
    {
        (_machine, _wire, _console, _errand) = (machine, wire, console, errand);
        _client = new ControlClient(this);
        _errors = new LineTail(errand.Heard);
        wire.NewsCame = machine.RequestStop;
    }

    /// <exception cref="ImageException">The machine stopped before the command did.</exception>
    public BuildOutcome Run(CancellationToken cancellation)
    {
        while (_command?.Outcome is null)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_machine.Console is { } device) _wire.Feed(device);
            RunResult result = _machine.Run(_machine.Now.After(SliceNanoseconds));
            _client.Advance(_machine.Now);
            _client.Feed(_wire.Take());
            if (_client.IsReady && _command is null) Start();
            Check(result);
        }

        return new BuildOutcome(_command.Outcome.Value.ExitCode, _output.ToString(), _errors.ToString());
    }

    void IByteSink.Write(ReadOnlySpan<byte> bytes) => _wire.Send(bytes);

    private void Start()
    {
        _command = _client.Start(CommandRequest.Shell(_errand.Command));
        _command.Output = _output.Take;
        _command.Errors = _errors.Take;
    }

    private void Check(RunResult result)
    {
        string? problem = (result, _client.Fault, _command) switch
        {
            (RunResult.PoweredOff or RunResult.ResetRequested, _, _) => "stopped",
            (_, not ControlFault.None, _) => "said what no agent says",
            (_, _, null) when _machine.Now.Nanoseconds > BootLimitNanoseconds => "does not get ready",
            _ => null,
        };
        if (problem is not null) throw new ImageException($"the build machine {problem}; its console: {_console.Text}");
    }
}
