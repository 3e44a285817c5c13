namespace TestLab.Networks.Capture;

/// <summary>At which end of a direction a tap listens.</summary>
public enum CapturePoint
{
    /// <summary>Frames as they are handed to the link, those that will be lost among them.</summary>
    Sender,

    /// <summary>Frames as they arrive, at that moment.</summary>
    Receiver,
}
