using TestLab.Labs.Results;
using TestLab.Machines.Control;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>A command that runs in a guest, its output gathered.</summary>
internal sealed class RunningCommand
{
    private readonly BoundedText _stdout = new(AttemptResult.OutputLimitCharacters);
    private readonly BoundedText _stderr = new(AttemptResult.OutputLimitCharacters);
    private readonly TaskCompletionSource<ControlOutcome> _ended = new();
    private readonly string _text;
    private readonly VirtualTime _start;
    private readonly Func<VirtualTime> _clock;

    public RunningCommand(Guest guest, string text, CommandRequest request, string? input, Func<VirtualTime> clock)
    {
        (Guest, _text, _start, _clock) = (guest, text, clock(), clock);
        Command = guest.Control.Start(request);
        Command.Output = bytes => _stdout.Add(bytes);
        Command.Errors = bytes => _stderr.Add(bytes);
        Command.Ended = outcome => _ended.TrySetResult(outcome);
        if (input is null) return;
        Command.Write(System.Text.Encoding.UTF8.GetBytes(input));
        Command.CloseInput();
    }

    public Guest Guest { get; }

    public ControlCommand Command { get; }

    public async Task<CommandEnd> EndAsync()
    {
        ControlOutcome outcome = await _ended.Task;
        return new CommandEnd(_text, outcome, _stdout.ToString(), _stderr.ToString(), _start, _clock());
    }
}
