namespace TestLab.Networks.Capture;

/// <summary>Which way a captured frame went, as the format numbers it.</summary>
public enum CaptureFlow
{
    Unknown = 0,
    Inbound = 1,
    Outbound = 2,
}
