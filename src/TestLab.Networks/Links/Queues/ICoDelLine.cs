using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>What CoDel judges: a line of frames and what is behind it.</summary>
internal interface ICoDelLine
{
    QueueSettings Settings { get; }

    /// <summary>What waits behind the link as a whole, in counted bytes.</summary>
    long CountedBytes { get; }

    /// <summary>The oldest frame of the line, or <see cref="FrameStore.None"/>.</summary>
    int TakeOldest();

    bool TryMark(int frame);

    void Drop(VirtualTime now, int frame);
}
