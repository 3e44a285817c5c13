using TestLab.Machines.Devices.Serial;

namespace TestLab.Cli.Boot;

/// <summary>The session's end of the first serial port.</summary>
internal sealed class SerialConsole : ISerialBackend, IGuestPort
{
    private readonly List<byte> _sent = [];
    private readonly Queue<byte> _waiting = [];

    /// <summary>A serial line has no notion of somebody at its other end.</summary>
    public bool IsOpen => true;

    /// <summary>Called when there is something to take.</summary>
    public Action? NewsCame { get; set; }

    public void Transmit(byte value)
    {
        _sent.Add(value);
        if (_sent.Count == 1) NewsCame?.Invoke();
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

    /// <summary>Hands the device what it has room for.</summary>
    public void Feed(SerialPort device)
    {
        if (_waiting.Count == 0) return;
        int accepted = device.Receive(_waiting.ToArray());
        for (int i = 0; i < accepted; i++) _waiting.Dequeue();
    }
}
