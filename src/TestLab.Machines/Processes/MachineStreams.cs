using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Virtio;

namespace TestLab.Machines.Processes;

/// <summary>The byte streams of a machine, by number: the serial console, then the ports of the virtio console.</summary>
/// <remarks>
/// Both directions have windows: the sender starts with the window as its credit, and gets credit back as the other end
/// takes bytes. The serial console's output alone has none, since a UART cannot be told to wait.
/// </remarks>
public static class MachineStreams
{
    /// <summary>COM1: the guest's console.</summary>
    public const int Serial = 0;

    /// <summary>The first port of the virtio console; the others follow.</summary>
    public const int FirstPort = 1;

    /// <summary>Bytes of output of one stream on their way to who controls the machine; one write of the guest may exceed it.</summary>
    public const int OutputWindowBytes = 64 << 10;

    /// <summary>Input bytes that may be under way to the stream or wait for the guest.</summary>
    public static int InputWindowBytes(int stream) =>
        stream == Serial ? SerialPort.InputQueueBytes : VirtioConsole.InputLimitBytes;
}
