using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Virtio;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Processes;

/// <summary>Where a machine is controlled from outside its guest: its streams, its power, its cables.</summary>
/// <remarks>
/// Messages take the port's lookahead each way. Console output is gathered to lines, so that a log costs a message a
/// line; it waits no longer than <see cref="FlushNanoseconds"/>.
/// </remarks>
public sealed class ControlPort : ISerialBackend, ISnapshotable<ControlPortState>
{
    public const int LineLimitBytes = 256;
    public const long FlushNanoseconds = 1_000_000;

    /// <summary>Credit is given back when that part of the window is due, or nothing waits for the guest.</summary>
    private const int CreditPart = 4;

    private readonly MachineProcess _process;
    private readonly OutputPort _output;
    private readonly EventTimer _flush;
    private readonly IConsoleObserver? _observer;
    private readonly StreamSink[] _sinks;
    private readonly ControlPortState.StreamState[] _streams;
    private readonly byte[] _message = new byte[Frame.LimitBytes];
    private readonly byte[] _line = new byte[LineLimitBytes];
    private int _lineLength;
    private VirtualTime _lineStart;

    internal ControlPort(MachineProcess process, MachineSetup setup)
    {
        (_process, _observer) = (process, setup.Console);
        Input = process.AddInput("control", (_, content) => Receive(content));
        _output = process.AddOutput("control", setup.ControlLookaheadNanoseconds);
        _flush = process.Events.CreateTimer("console", _ => Flush());
        _sinks = [.. setup.ConsolePorts.Select((_, port) => new StreamSink(this, MachineStreams.FirstPort + port))];
        _streams = new ControlPortState.StreamState[MachineStreams.FirstPort + _sinks.Length];
        foreach (ref ControlPortState.StreamState stream in _streams.AsSpan()) stream.OutputCredit = MachineStreams.OutputWindowBytes;
    }

    /// <summary>Messages to the machine.</summary>
    public InputPort Input { get; }

    /// <summary>Messages of the machine.</summary>
    public OutputPort Output => _output;

    /// <summary>Messages that made no sense, and input beyond the credit; for people.</summary>
    public ulong RefusedMessages { get; private set; }

    internal IByteSink SinkOf(int port) => _sinks[port];

    public ControlPortState Save() => new()
    {
        FlushDue = _flush.Due,
        LineStart = _lineStart,
        Line = _line[.._lineLength],
        Streams = [.. _streams],
    };

    public void Restore(in ControlPortState state)
    {
        state.Line.CopyTo(_line, 0);
        (_lineLength, _lineStart) = (state.Line.Length, state.LineStart);
        state.Streams.CopyTo(_streams, 0);
        _flush.Arm(state.FlushDue);
    }

    void ISerialBackend.Transmit(byte value)
    {
        if (_lineLength == 0)
        {
            _lineStart = _process.Now;
            _flush.Arm(_lineStart.After(FlushNanoseconds));
        }

        _line[_lineLength++] = value;
        if (value == (byte)'\n' || _lineLength == LineLimitBytes) Flush();
    }

    /// <summary>Connects what the devices have to say.</summary>
    internal void Follow(PersonalComputer machine)
    {
        machine.SerialPorts[0].InputTaken = () => ReturnCredit(MachineStreams.Serial);
        if (machine.Console is not { } console) return;
        console.InputTaken = port => ReturnCredit(MachineStreams.FirstPort + port);
        console.OpenChanged = port =>
            Send(MachineMessageKind.Open, MachineStreams.FirstPort + port, console.IsOpen(port) ? 1 : 0);
    }

    internal void Send(MachineMessageKind kind, int number = 0, int value = 0) =>
        Send(MachineMessage.Write(_message, kind, number, value));

    private void Send(int length) =>
        _output.Send(_process.Now.After(_output.LookaheadNanoseconds), _message.AsSpan(0, length));

    private void SendBytes(int stream, ReadOnlySpan<byte> bytes) =>
        Send(MachineMessage.Write(_message, MachineMessageKind.Bytes, stream, bytes));

    private void Flush()
    {
        _flush.Disarm();
        int length = _lineLength;
        if (length == 0) return;
        _lineLength = 0;
        _observer?.Written(_lineStart, _line.AsSpan(0, length));
        SendBytes(MachineStreams.Serial, _line.AsSpan(0, length));
    }

    private void Receive(ReadOnlySpan<byte> content)
    {
        bool isTaken = MachineMessage.TryRead(content, out MachineMessage message) && message.Kind switch
        {
            MachineMessageKind.Bytes => TryReceiveBytes(message),
            MachineMessageKind.Credit => TryReceiveCredit(message),
            MachineMessageKind.Carrier => TrySetCarrier(message),
            _ => _process.TryControl(message.Kind),
        };
        if (!isTaken) RefusedMessages++;
    }

    private bool TryReceiveBytes(in MachineMessage message)
    {
        int stream = message.Number;
        if (stream >= _streams.Length) return false;
        int taken = stream == MachineStreams.Serial
            ? _process.Machine.SerialPorts[0].Receive(message.Content)
            : _process.Machine.Console?.Receive(stream - MachineStreams.FirstPort, message.Content) ?? 0;
        _streams[stream].InputOwed += taken;
        ReturnCredit(stream);
        return taken == message.Content.Length;
    }

    private bool TryReceiveCredit(in MachineMessage message)
    {
        int stream = message.Number;
        if (stream < MachineStreams.FirstPort || stream >= _streams.Length || message.Value <= 0) return false;
        ref int credit = ref _streams[stream].OutputCredit;
        credit = (int)Math.Min((long)credit + message.Value, MachineStreams.OutputWindowBytes);
        _process.Machine.Console?.Resume(stream - MachineStreams.FirstPort);
        return true;
    }

    private bool TrySetCarrier(in MachineMessage message)
    {
        if (message.Number >= _process.Machine.Networks.Count) return false;
        _process.Machine.Networks[message.Number].HasCarrier = message.Value != 0;
        return true;
    }

    private void ReturnCredit(int stream)
    {
        PersonalComputer machine = _process.Machine;
        int pending = stream == MachineStreams.Serial
            ? machine.SerialPorts[0].PendingInput
            : machine.Console?.PendingInput(stream - MachineStreams.FirstPort) ?? 0;
        int taken = _streams[stream].InputOwed - pending;
        if (taken <= 0 || (pending > 0 && taken < MachineStreams.InputWindowBytes(stream) / CreditPart)) return;
        _streams[stream].InputOwed -= taken;
        Send(MachineMessageKind.Credit, stream, taken);
    }

    /// <summary>The output of one port of the virtio console.</summary>
    private sealed class StreamSink(ControlPort port, int stream) : IByteSink
    {
        public bool IsReady => port._streams[stream].OutputCredit > 0;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            port._streams[stream].OutputCredit -= bytes.Length;
            port.SendBytes(stream, bytes);
        }
    }
}
