using System.Threading.Channels;

namespace TestLab.Cli.Hosting;

/// <summary>What is typed at stdin, read aside so that the guest need not wait for it.</summary>
internal sealed class Keyboard
{
    private const int ReadAheadMax = 64;
    private const int PieceLength = 1024;

    private readonly Channel<byte[]> _typed = Channel.CreateBounded<byte[]>(ReadAheadMax);

    public Keyboard()
    {
        // A read of a terminal cannot be cancelled; a background thread ends with the process.
        new Thread(ReadAll) { IsBackground = true, Name = "keyboard" }.Start();
    }

    /// <summary>True when all has been taken and no more will come.</summary>
    public bool HasEnded => _typed.Reader.Completion.IsCompleted;

    /// <summary>Takes what has been typed; empty when nothing was.</summary>
    public byte[] Take() => _typed.Reader.TryRead(out byte[]? piece) ? piece : [];

    /// <summary>Waits until something was typed, or until the time is over.</summary>
    public void Wait(TimeSpan atMost, CancellationToken cancellation)
    {
        if (atMost <= TimeSpan.Zero || HasEnded) return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(atMost);
        try
        {
            _typed.Reader.WaitToReadAsync(over.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // The time is over; whoever cancelled asks for it by its own token.
        }
    }

    private void ReadAll()
    {
        byte[] buffer = new byte[PieceLength];
        while (LibC.Read(0, buffer, buffer.Length) is > 0 and var count)
        {
            _typed.Writer.WriteAsync(buffer[..(int)count]).AsTask().GetAwaiter().GetResult();
        }
        _typed.Writer.Complete();
    }
}
