namespace TestLab.Networks.Links.Queues;

/// <summary>Frames of a store in the order of their coming.</summary>
internal sealed class FrameList(FrameStore store)
{
    private int _first = FrameStore.None;
    private int _last = FrameStore.None;

    public int Count { get; private set; }

    public long CountedBytes { get; private set; }

    public int First => _first;

    public void Append(int frame)
    {
        // It may come from another list, where it had a successor.
        store.Link(frame, FrameStore.None);
        if (_first == FrameStore.None) _first = frame;
        else store.Link(_last, frame);
        _last = frame;
        Count++;
        CountedBytes += store.CountedBytes(frame);
    }

    /// <summary>The oldest frame, which the caller now owns; or <see cref="FrameStore.None"/>.</summary>
    public int Take()
    {
        int frame = _first;
        if (frame == FrameStore.None) return frame;
        _first = store.Next(frame);
        Count--;
        CountedBytes -= store.CountedBytes(frame);
        return frame;
    }
}
