using System.Runtime.InteropServices;

namespace TestLab.Cli.Hosting;

/// <summary>While it lives, the terminal passes each key on at once and unchanged; afterwards it is as it was.</summary>
internal sealed class RawTerminal : IDisposable
{
    private const int Input = 0;

    private readonly byte[] _before = new byte[LibC.TermiosSize];
    private readonly PosixSignalRegistration[] _endings;
    private int _isRestored;

    public RawTerminal()
    {
        if (LibC.GetAttributes(Input, _before) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        _endings = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, _ => Restore()))];
        byte[] raw = [.. _before];
        LibC.MakeRaw(raw);
        LibC.SetAttributes(Input, LibC.AfterOutput, raw);
    }

    public static bool IsTerminal(int descriptor) => LibC.IsTerminal(descriptor) == 1;

    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        foreach (PosixSignalRegistration ending in _endings) ending.Dispose();
    }

    private void OnExit(object? sender, EventArgs arguments) => Restore();

    private void Restore()
    {
        if (Interlocked.Exchange(ref _isRestored, 1) == 0)
        {
            LibC.SetAttributes(Input, LibC.AfterOutput, _before);
        }
    }
}
