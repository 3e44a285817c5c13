namespace TestLab.Networks.Links.Rates;

/// <summary>Which bytes of a frame a configured rate counts.</summary>
public enum RateLayer
{
    /// <summary>All that the wire carries: the frame, its checksum, preamble and gap; 84 bytes or more.</summary>
    Wire,

    /// <summary>The frame without checksum, as the traffic control of Linux counts.</summary>
    Frame,

    /// <summary>What follows the Ethernet header and its tags.</summary>
    Ip,

    /// <summary>What follows the headers of IP and of TCP, UDP or ICMP.</summary>
    Payload,
}
