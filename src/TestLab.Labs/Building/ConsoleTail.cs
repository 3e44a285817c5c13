using System.Text;
using TestLab.Machines.Devices.Serial;

namespace TestLab.Labs.Building;

/// <summary>Keeps the end of what a machine said on its serial line, in case it dies.</summary>
internal sealed class ConsoleTail : ISerialBackend
{
    private const int BytesMax = 2048;

    private readonly Queue<byte> _last = [];

    public void Transmit(byte value)
    {
        if (_last.Count == BytesMax) _last.Dequeue();
        _last.Enqueue(value);
    }

    public override string ToString() => Encoding.UTF8.GetString([.. _last]).Trim();
}
