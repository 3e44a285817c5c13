namespace TestLab.Networks.Capture;

/// <summary>One interface of a capture: a network card, a link, a port of a segment.</summary>
public sealed class CaptureInterface
{
    private readonly PacketCapture _capture;

    internal CaptureInterface(PacketCapture capture, int number, string name, int snapLengthBytes, DropNotes dropNotes) =>
        (_capture, Number, Name, SnapLengthBytes, DropNotes) = (capture, number, name, snapLengthBytes, dropNotes);

    public string Name { get; }

    /// <summary>Bytes of a frame that are kept.</summary>
    public int SnapLengthBytes { get; }

    public DropNotes DropNotes { get; }

    internal int Number { get; }

    internal ulong FramesSeen { get; set; }

    internal ulong FramesDropped { get; set; }

    /// <summary>Listens for the interface; the caller attaches it to a direction or records by it.</summary>
    /// <param name="point">Where on the direction.</param>
    /// <param name="flow">How the interface sees what passes there.</param>
    public CaptureTap AddTap(CapturePoint point, CaptureFlow flow) => _capture.AddTap(this, point, flow);
}
