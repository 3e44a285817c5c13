using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Machines.Control;

/// <summary>The host's end of a serial line or of the control port of a machine that stands alone.</summary>
/// <remarks>Bytes wait in it both ways: for whoever takes them, and until the device has room for them.</remarks>
public sealed class HostLine : IGuestPort, ISerialBackend, IByteSink
{
    /// <summary>The control port's place among the machine's console ports.</summary>
    private const int Number = 0;

    private readonly List<byte> _sent = [];
    private readonly List<byte> _waiting = [];

    /// <summary>Of a control port as of the last look; a serial line does not know whether somebody listens.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Called when there is something to take where there was nothing.</summary>
    public Action? NewsCame { get; set; }

    void ISerialBackend.Transmit(byte value) => Hear([value]);

    void IByteSink.Write(ReadOnlySpan<byte> bytes) => Hear(bytes);

    public byte[] Take()
    {
        if (_sent.Count == 0) return [];
        byte[] taken = [.. _sent];
        _sent.Clear();
        return taken;
    }

    public void Send(ReadOnlySpan<byte> bytes) => _waiting.AddRange(bytes);

    /// <summary>Looks whether the guest listens at its control port; the same with a machine that has none.</summary>
    public void Look(VirtioConsole? device) => IsOpen = device is not null && device.IsOpen(Number);

    /// <summary>Hands the device what it has room for.</summary>
    public void Feed(VirtioConsole device)
    {
        if (_waiting.Count > 0) _waiting.RemoveRange(0, device.Receive(Number, _waiting.ToArray()));
    }

    /// <inheritdoc cref="Feed(VirtioConsole)"/>
    public void Feed(SerialPort device)
    {
        if (_waiting.Count > 0) _waiting.RemoveRange(0, device.Receive(_waiting.ToArray()));
    }

    private void Hear(ReadOnlySpan<byte> bytes)
    {
        bool isFirst = _sent.Count == 0;
        _sent.AddRange(bytes);
        if (isFirst && !bytes.IsEmpty) NewsCame?.Invoke();
    }
}
