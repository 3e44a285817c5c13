using TestLab.Simulation;

namespace TestLab.Networks.Links.Queues;

/// <summary>Who counts what a queue does to frames.</summary>
internal interface IQueueListener
{
    void Dropped(VirtualTime now, ReadOnlySpan<byte> frame, DropCause cause);

    void Marked();
}
