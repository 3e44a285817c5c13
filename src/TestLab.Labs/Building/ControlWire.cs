using TestLab.Machines.Devices.Virtio;

namespace TestLab.Labs.Building;

/// <summary>The host's end of a machine's control port, for a machine that stands alone.</summary>
internal sealed class ControlWire : IByteSink
{
    /// <summary>Its place among the machine's console ports; there are no others.</summary>
    private const int Number = 0;

    private readonly List<byte> _sent = [];
    private readonly List<byte> _waiting = [];

    /// <summary>Called when there is something to take.</summary>
    public Action? NewsCame { get; set; }

    /// <summary>Hears the guest.</summary>
    void IByteSink.Write(ReadOnlySpan<byte> bytes)
    {
        _sent.AddRange(bytes);
        NewsCame?.Invoke();
    }

    /// <summary>What the guest sent since it was last taken.</summary>
    public byte[] Take()
    {
        byte[] taken = [.. _sent];
        _sent.Clear();
        return taken;
    }

    public void Send(ReadOnlySpan<byte> bytes) => _waiting.AddRange(bytes);

    /// <summary>Hands the device what it has room for.</summary>
    public void Feed(VirtioConsole device)
    {
        if (_waiting.Count == 0) return;
        _waiting.RemoveRange(0, device.Receive(Number, _waiting.ToArray()));
    }
}
