using System.Text;
using TestLab.Labs.Plans;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Virtio;
using TestLab.Machines.Processes;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>A machine as the conductor has it: its agent, its console, and where it is in its life.</summary>
internal sealed class Guest : IByteSink
{
    public const int AgentStream = MachineStreams.FirstPort;
    public const int ConsoleLimitCharacters = 256 << 10;

    private readonly Queue<byte> _waiting = [];
    private readonly StringBuilder _console = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private string _consoleBefore = "";
    private TaskCompletionSource _agentChange = new();

    public Guest(MachinePlan plan, MachineRemote remote)
    {
        (Plan, Remote) = (plan, remote);
        Control = NewControl();
    }

    public MachinePlan Plan { get; }

    public string Name => Plan.Name;

    public MachineRemote Remote { get; }

    public ControlClient Control { get; private set; }

    /// <summary>What is waited for at the moment, for people.</summary>
    public string AwaitedCondition { get; set; } = "";

    public MachineStage Stage { get; set; }

    public VirtualTime? StartedAt { get; set; }

    public VirtualTime? ReadyAt { get; set; }

    public VirtualTime? StoppedAt { get; set; }

    /// <summary>Ends when the machine is switched on, and when it is ready, for who waits for it; failed, if it never gets there.</summary>
    public TaskCompletionSource Started { get; set; } = new();

    public TaskCompletionSource Ready { get; set; } = new();

    /// <summary>Ends when the machine is off.</summary>
    public TaskCompletionSource Off { get; set; } = new();

    public ControlFault Fault { get; private set; }

    /// <summary>The console since power-on, without what is older than its limit.</summary>
    public string Console => _console.ToString();

    /// <summary>The console, or what it was when the power went.</summary>
    public string LastConsole => _console.Length > 0 ? Console : _consoleBefore;

    public bool IsReady => true;

    /// <summary>Ends with the next change of the agent: it is there, or it is gone.</summary>
    public Task AgentChange => _agentChange.Task;

    void IByteSink.Write(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes) _waiting.Enqueue(value);
        Flush();
    }

    /// <summary>Sends what the machine has room for.</summary>
    public void Flush()
    {
        while (_waiting.Count > 0 && Remote.Room(AgentStream) > 0)
        {
            byte[] piece = [.. _waiting.Take(Math.Min(Remote.Room(AgentStream), _waiting.Count))];
            int sent = Remote.Write(AgentStream, piece);
            if (sent == 0) return;
            for (int index = 0; index < sent; index++) _waiting.Dequeue();
        }
    }

    public void AddConsole(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[_decoder.GetCharCount(bytes, flush: false)];
        int length = _decoder.GetChars(bytes, text, flush: false);
        _console.Append(text, 0, length);
        if (_console.Length > ConsoleLimitCharacters) _console.Remove(0, _console.Length - ConsoleLimitCharacters / 2);
    }

    /// <summary>The power went or the machine starts anew: what was under way is lost.</summary>
    public void LoseAgent()
    {
        foreach (ControlOperation operation in Control.Operations.ToArray()) operation.Abandon(ControlEnding.Lost);
        _waiting.Clear();
        if (_console.Length > 0) _consoleBefore = Console;
        _console.Clear();
        (Control, Fault) = (NewControl(), ControlFault.None);
    }

    private ControlClient NewControl() => new(this)
    {
        BecameReady = TellAgentChange,
        Faulted = fault =>
        {
            Fault = fault;
            TellAgentChange();
        },
    };

    private void TellAgentChange()
    {
        TaskCompletionSource before = _agentChange;
        _agentChange = new TaskCompletionSource();
        before.TrySetResult();
    }
}
