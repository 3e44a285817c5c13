using System.Buffers.Binary;

namespace TestLab.Machines.Control;

/// <summary>A program that runs in the guest, in a session of its own.</summary>
public sealed class ControlCommand : ControlOperation
{
    private const int KillSignal = 9;
    private const int TermSignal = 15;

    /// <summary>Windows are renewed in steps: one small frame for many of output.</summary>
    private const int GrantStepBytes = WindowBytes / 4;

    private int _outputTaken;
    private int _errorsTaken;

    internal ControlCommand(ControlClient client, ControlOperationState state)
        : base(client, state)
    {
    }

    /// <summary>Hears its standard output as it comes.</summary>
    public ControlData? Output { get; set; }

    /// <summary>Hears its standard error as it comes.</summary>
    public ControlData? Errors { get; set; }

    /// <summary>While true, output beyond the window waits in the guest, and the program with it.</summary>
    public bool IsHeld
    {
        get;
        set
        {
            field = value;
            Renew(0);
        }
    }

    /// <summary>Queues bytes for its standard input; the request has said that there is one.</summary>
    public void Write(ReadOnlyMemory<byte> bytes) => QueueInput(bytes);

    /// <summary>Ends its standard input after what is queued.</summary>
    public void CloseInput() => EndInput();

    /// <summary>Sends a signal to the program and all in its process group.</summary>
    public void Signal(int number)
    {
        if (Outcome is not null) return;
        byte[] word = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(word, number);
        Client.Send(ControlFrameKind.Signal, Channel, word);
    }

    /// <summary>Asks it to end.</summary>
    public void Stop() => Signal(TermSignal);

    internal override ControlOperationState Save() => Save(ControlOperationKind.Command);

    private protected override void TakeOutput(ReadOnlySpan<byte> bytes, bool isErrors)
    {
        if (isErrors) _errorsTaken += bytes.Length;
        else _outputTaken += bytes.Length;
        (isErrors ? Errors : Output)?.Invoke(bytes);
        Renew(GrantStepBytes);
    }

    private protected override void StopInGuest() => Signal(KillSignal);

    private protected override void End(int status, int error)
    {
        int signal = status & 0x7F;
        Finish((error, signal) switch
        {
            (not 0, _) => new(ControlEnding.Refused, error),
            (_, not 0) => new(ControlEnding.Signalled, signal),
            _ => new(ControlEnding.Done, (status >> 8) & 0xFF),
        });
    }

    private void Renew(int step)
    {
        if (IsHeld || Math.Max(_outputTaken, _errorsTaken) <= step) return;
        GrantWindow(_outputTaken, _errorsTaken);
        (_outputTaken, _errorsTaken) = (0, 0);
    }
}
