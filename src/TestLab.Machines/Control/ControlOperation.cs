using System.Buffers.Binary;
using TestLab.Simulation;

namespace TestLab.Machines.Control;

/// <summary>
/// Something the host asked of the guest: it ends once, with an outcome. Memory is bounded by windows on both sides.
/// </summary>
public abstract class ControlOperation
{
    /// <summary>Output that a guest may send ahead of whoever takes it.</summary>
    public const int WindowBytes = 256 << 10;

    /// <summary>Input that the agent holds for a command that does not read.</summary>
    internal const int InputWindowBytes = 64 << 10;

    private const int InputPieceBytes = 32 << 10;

    private readonly ControlClient _client;
    private readonly Queue<ReadOnlyMemory<byte>> _input = [];
    private int _outputWindow;
    private int _errorsWindow;
    private int _inputInFlight;
    private bool _isInputClosed;
    private bool _isCloseSent;

    private protected ControlOperation(ControlClient client, ControlOperationState state)
    {
        _client = client;
        Channel = state.Channel;
        Name = state.Name;
        Deadline = new(state.DeadlineNanoseconds);
        (_outputWindow, _errorsWindow) = (state.OutputWindow, state.ErrorsWindow);
        (_inputInFlight, _isInputClosed, _isCloseSent) =
            (state.InputInFlight, state.IsInputClosed, state.IsCloseSent);
        if (state.Input.Length > 0) _input.Enqueue(state.Input);
    }

    /// <summary>What the operation is called; not unique.</summary>
    public string Name { get; }

    /// <summary>When it is over, whatever it does.</summary>
    public VirtualTime Deadline { get; }

    /// <summary>How it ended; null while it goes on.</summary>
    public ControlOutcome? Outcome { get; private set; }

    /// <summary>Hears the end, after all output.</summary>
    public Action<ControlOutcome>? Ended { get; set; }

    internal uint Channel { get; private protected set; }

    private protected ControlClient Client => _client;

    /// <summary>Ends it now: a program is killed with its group, a file is left as it is.</summary>
    public void Abandon(ControlEnding ending)
    {
        if (Outcome is not null) return;
        StopInGuest();
        Finish(new(ending));
    }

    internal abstract ControlOperationState Save();

    internal ControlFault Hear(ControlFrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case ControlFrameKind.Output: return Take(ref _outputWindow, payload, isErrors: false);
            case ControlFrameKind.Errors: return Take(ref _errorsWindow, payload, isErrors: true);
            case ControlFrameKind.Taken when payload.Length == 4:
                int taken = BinaryPrimitives.ReadInt32LittleEndian(payload);
                if (taken < 0 || taken > _inputInFlight) return ControlFault.WindowExceeded;
                _inputInFlight -= taken;
                SendInput();
                return ControlFault.None;
            case ControlFrameKind.Ended when payload.Length == 8:
                End(
                    BinaryPrimitives.ReadInt32LittleEndian(payload),
                    BinaryPrimitives.ReadInt32LittleEndian(payload[4..]));
                return ControlFault.None;
            case ControlFrameKind.Status when payload.Length == 12:
                HearStatus(
                    BinaryPrimitives.ReadInt32LittleEndian(payload),
                    BinaryPrimitives.ReadInt64LittleEndian(payload[4..]));
                return ControlFault.None;
            default: return ControlFault.UnknownFrame;
        }
    }

    internal void Finish(ControlOutcome outcome)
    {
        if (Outcome is not null) return;
        Outcome = outcome;
        _client.Forget(this);
        Ended?.Invoke(outcome);
    }

    private protected ControlOperationState Save(ControlOperationKind kind) => new()
    {
        Kind = kind,
        Channel = Channel,
        Name = Name,
        DeadlineNanoseconds = Deadline.Nanoseconds,
        OutputWindow = _outputWindow,
        ErrorsWindow = _errorsWindow,
        Input = [.. _input.SelectMany(piece => piece.ToArray())],
        InputInFlight = _inputInFlight,
        IsInputClosed = _isInputClosed,
        IsCloseSent = _isCloseSent,
    };

    private protected void QueueInput(ReadOnlyMemory<byte> bytes)
    {
        if (_isInputClosed || bytes.IsEmpty) return;
        _input.Enqueue(bytes);
        SendInput();
    }

    private protected void EndInput()
    {
        _isInputClosed = true;
        SendInput();
    }

    /// <summary>Allows the guest so much more.</summary>
    private protected void GrantWindow(int output, int errors)
    {
        if (Outcome is not null || (output | errors) == 0) return;
        _outputWindow += output;
        _errorsWindow += errors;
        byte[] words = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(words, output);
        BinaryPrimitives.WriteInt32LittleEndian(words.AsSpan(4), errors);
        _client.Send(ControlFrameKind.Grant, Channel, words);
    }

    private protected abstract void TakeOutput(ReadOnlySpan<byte> bytes, bool isErrors);

    private protected virtual void HearStatus(int mode, long bytes)
    {
    }

    private protected virtual void StopInGuest()
    {
    }

    private protected abstract void End(int status, int error);

    private ControlFault Take(ref int window, ReadOnlySpan<byte> bytes, bool isErrors)
    {
        if (bytes.Length > window) return ControlFault.WindowExceeded;
        window -= bytes.Length;
        TakeOutput(bytes, isErrors);
        return ControlFault.None;
    }

    private void SendInput()
    {
        while (Outcome is null && _input.TryPeek(out ReadOnlyMemory<byte> next))
        {
            int room = Math.Min(InputWindowBytes - _inputInFlight, InputPieceBytes);
            if (room == 0) return;
            _input.Dequeue();
            ReadOnlyMemory<byte> piece = next[..Math.Min(room, next.Length)];
            if (piece.Length < next.Length) PutBack(next[piece.Length..]);
            _inputInFlight += piece.Length;
            _client.Send(ControlFrameKind.Input, Channel, piece.Span);
        }

        if (!_isInputClosed || _isCloseSent || Outcome is not null) return;
        _isCloseSent = true;
        _client.Send(ControlFrameKind.CloseInput, Channel, []);
    }

    private void PutBack(ReadOnlyMemory<byte> rest)
    {
        ReadOnlyMemory<byte>[] later = [.. _input];
        _input.Clear();
        _input.Enqueue(rest);
        foreach (ReadOnlyMemory<byte> piece in later) _input.Enqueue(piece);
    }
}
