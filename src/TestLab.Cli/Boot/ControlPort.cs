using TestLab.Machines.Control;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Cli.Boot;

/// <summary>The session's end of the port on which the agent of the images listens.</summary>
internal sealed class ControlPort : IByteSink, IGuestPort
{
    public const string Name = ControlClient.PortName;

    /// <summary>Its place among the machine's console ports; there are no others.</summary>
    private const int Number = 0;

    private readonly List<byte> _sent = [];
    private readonly Queue<byte> _waiting = [];

    public bool IsOpen { get; private set; }

    /// <summary>Called when there is something to take.</summary>
    public Action? NewsCame { get; set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bool isFirst = _sent.Count == 0;
        _sent.AddRange(bytes);
        if (isFirst && !bytes.IsEmpty) NewsCame?.Invoke();
    }

    public byte[] Take()
    {
        if (_sent.Count == 0) return [];
        byte[] taken = [.. _sent];
        _sent.Clear();
        return taken;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes) _waiting.Enqueue(value);
    }

    /// <summary>Looks whether the guest listens.</summary>
    public void Look(VirtioConsole device) => IsOpen = device.IsOpen(Number);

    /// <summary>Hands the device what it has room for.</summary>
    public void Feed(VirtioConsole device)
    {
        if (_waiting.Count == 0) return;
        int accepted = device.Receive(Number, _waiting.ToArray());
        for (int i = 0; i < accepted; i++) _waiting.Dequeue();
    }
}
