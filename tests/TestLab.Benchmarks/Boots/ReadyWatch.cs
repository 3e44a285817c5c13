using TestLab.Machines.Devices.Serial;

namespace TestLab.Benchmarks.Boots;

/// <summary>Waits on the serial console for what the shell of our images says first.</summary>
internal sealed class ReadyWatch : ISerialBackend
{
    public const string Text = "testlab: ready";

    private int _matched;

    public bool IsReady { get; private set; }

    public void Transmit(byte value)
    {
        _matched = value == Text[_matched] ? _matched + 1 : value == Text[0] ? 1 : 0;
        if (_matched < Text.Length) return;
        IsReady = true;
        _matched = 0;
    }
}
