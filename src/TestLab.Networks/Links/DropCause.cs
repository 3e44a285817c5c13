namespace TestLab.Networks.Links;

/// <summary>Why a frame did not arrive. The numbers are stored.</summary>
public enum DropCause
{
    /// <summary>The cable is out, or was pulled while the frame waited.</summary>
    Carrier = 0,

    /// <summary>The direction swallows everything.</summary>
    Blackhole = 1,

    /// <summary>Shorter than an Ethernet header.</summary>
    Runt = 2,

    /// <summary>Larger than the MTU and the Ethernet header with its tags.</summary>
    Mtu = 3,

    QueueFull = 4,
    CoDel = 5,
    Red = 6,

    /// <summary>By the loss model of the settings.</summary>
    Loss = 7,
}
