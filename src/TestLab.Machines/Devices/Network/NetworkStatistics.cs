namespace TestLab.Machines.Devices.Network;

/// <summary>Counters of a network card, for people; nothing a guest can see depends on them.</summary>
public sealed class NetworkStatistics
{
    /// <summary>Frames handed to the cable, after segmentation.</summary>
    public ulong SentFrames { get; internal set; }

    /// <summary>Frames handed to the guest.</summary>
    public ulong ReceivedFrames { get; internal set; }

    /// <summary>Large frames of the guest that the card has cut.</summary>
    public ulong SegmentedFrames { get; internal set; }

    /// <summary>Frames lost in the card: wrong, without a cable, or without a buffer to go to.</summary>
    public ulong LostFrames { get; internal set; }
}
