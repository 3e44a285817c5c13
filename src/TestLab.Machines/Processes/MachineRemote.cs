using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Processes;

/// <summary>The other end of a machine's control port: a part of the process that controls it.</summary>
/// <remarks>
/// It takes all output at once and gives the credit for it back; input it sends only as far as the machine has room.
/// It may be used within the owner's events, and between two runs.
/// </remarks>
public sealed class MachineRemote : ISnapshotable<MachineRemoteState>
{
    private const int CreditPart = 4;

    private readonly LogicalProcess _owner;
    private readonly byte[] _message = new byte[Frame.LimitBytes];
    private readonly MachineRemoteState.StreamState[] _streams;
    private bool _isOn = true;

    /// <param name="owner">Whose part it is.</param>
    /// <param name="machine">The machine's name.</param>
    /// <param name="consolePorts">As many as the machine has.</param>
    /// <param name="lookaheadNanoseconds">From saying something to the machine to its arrival.</param>
    public MachineRemote(LogicalProcess owner, string machine, int consolePorts, long lookaheadNanoseconds)
    {
        _owner = owner;
        _streams = new MachineRemoteState.StreamState[MachineStreams.FirstPort + consolePorts];
        for (int stream = 0; stream < _streams.Length; stream++)
            _streams[stream].InputCredit = MachineStreams.InputWindowBytes(stream);
        Input = owner.AddInput($"from {machine}", (_, content) => Receive(content));
        Output = owner.AddOutput($"to {machine}", lookaheadNanoseconds);
        owner.AddPart($"remote {machine}", this);
    }

    public delegate void BytesHandler(int stream, ReadOnlySpan<byte> bytes);

    public InputPort Input { get; }

    public OutputPort Output { get; }

    /// <summary>Output of the guest; the bytes are valid during the call.</summary>
    public BytesHandler? Received { get; set; }

    /// <summary>The stream has room again.</summary>
    public Action<int>? RoomGrown { get; set; }

    /// <summary>The machine's power, its start anew, or a stream's being open has changed.</summary>
    public Action<MachineMessageKind>? Changed { get; set; }

    /// <summary>Whether the machine was on when it last said so.</summary>
    public bool IsOn => _isOn;

    /// <summary>How often the machine has started anew by a reset.</summary>
    public int ResetCount { get; private set; }

    /// <summary>Connects both directions.</summary>
    public void Connect(ControlPort machine)
    {
        Output.Connect(machine.Input);
        machine.Output.Connect(Input);
    }

    /// <summary>Whether a program of the guest has the stream open; the serial console is not asked.</summary>
    public bool IsOpen(int stream) => _streams[stream].IsOpen;

    /// <summary>Bytes that may be written now.</summary>
    public int Room(int stream) => _streams[stream].InputCredit;

    /// <summary>Sends input to the guest and returns how many bytes had room.</summary>
    public int Write(int stream, ReadOnlySpan<byte> bytes)
    {
        int length = Math.Min(Math.Min(bytes.Length, _streams[stream].InputCredit), MachineMessage.ContentLimitBytes);
        if (length <= 0) return 0;
        _streams[stream].InputCredit -= length;
        Send(MachineMessage.Write(_message, MachineMessageKind.Bytes, stream, bytes[..length]));
        return length;
    }

    public void PressPowerButton() => Send(MachineMessageKind.PressPowerButton);

    /// <summary>Pulls the plug.</summary>
    public void CutPower() => Send(MachineMessageKind.PowerOff);

    public void SwitchOn() => Send(MachineMessageKind.PowerOn);

    public void Reset() => Send(MachineMessageKind.Reset);

    /// <summary>Plugs the cable of a card in or out.</summary>
    public void SetCarrier(int card, bool isPluggedIn) => Send(MachineMessageKind.Carrier, card, isPluggedIn ? 1 : 0);

    public MachineRemoteState Save() => new() { IsOn = _isOn, ResetCount = ResetCount, Streams = [.. _streams] };

    public void Restore(in MachineRemoteState state)
    {
        (_isOn, ResetCount) = (state.IsOn, state.ResetCount);
        state.Streams.CopyTo(_streams, 0);
    }

    private void Send(MachineMessageKind kind, int number = 0, int value = 0) =>
        Send(MachineMessage.Write(_message, kind, number, value));

    private void Send(int length) => Output.Send(_owner.Now.After(Output.LookaheadNanoseconds), _message.AsSpan(0, length));

    private void Receive(ReadOnlySpan<byte> content)
    {
        if (!MachineMessage.TryRead(content, out MachineMessage message)) return;
        bool isOfStream = message.Number < _streams.Length;
        switch (message.Kind)
        {
            case MachineMessageKind.Bytes when isOfStream:
                GiveCredit(message.Number, message.Content.Length);
                Received?.Invoke(message.Number, message.Content);
                break;
            case MachineMessageKind.Credit when isOfStream && message.Value > 0:
                _streams[message.Number].InputCredit += message.Value;
                RoomGrown?.Invoke(message.Number);
                break;
            case MachineMessageKind.Open when isOfStream:
                _streams[message.Number].IsOpen = message.Value != 0;
                Changed?.Invoke(message.Kind);
                break;
            case MachineMessageKind.PowerOff or MachineMessageKind.PowerOn:
                _isOn = message.Kind == MachineMessageKind.PowerOn;
                Changed?.Invoke(message.Kind);
                break;
            case MachineMessageKind.Reset:
                ResetCount++;
                Changed?.Invoke(message.Kind);
                break;
        }
    }

    /// <summary>Small outputs share one message of credit.</summary>
    private void GiveCredit(int stream, int length)
    {
        if (stream == MachineStreams.Serial) return;
        ref int owed = ref _streams[stream].OutputOwed;
        owed += length;
        if (owed < MachineStreams.OutputWindowBytes / CreditPart) return;
        Send(MachineMessageKind.Credit, stream, owed);
        owed = 0;
    }
}
