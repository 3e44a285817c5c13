namespace TestLab.Labs.Plans;

/// <summary>What can be measured of a direction of a link.</summary>
public enum LinkFigure
{
    /// <summary>Bits a second on the layer that the link counts, over the busy time.</summary>
    Rate,

    /// <summary>Bits a second that UDP and TCP carried.</summary>
    Goodput,

    /// <summary>The mean, from the entry into the queue to delivery.</summary>
    Delay,

    DelayMin,

    DelayMax,

    /// <summary>The share of frames lost by the link, queue drops not among them.</summary>
    Loss,

    /// <summary>Frames that the queue dropped.</summary>
    Drops,

    /// <summary>Delivered.</summary>
    Frames,

    /// <summary>Delivered, counted as frames.</summary>
    Bytes,
}
