namespace TestLab.Labs.Links;

/// <summary>Which bytes of a frame the rate of a link counts.</summary>
public enum RateLayer
{
    /// <summary>Frame, check sum, preamble and gap: 24 bytes more than the frame, at least 84.</summary>
    Wire,

    /// <summary>From the first byte of the MAC address to the last of the payload.</summary>
    Frame,

    /// <summary>The IP packet.</summary>
    Ip,

    /// <summary>What UDP or TCP carries.</summary>
    Payload,
}
