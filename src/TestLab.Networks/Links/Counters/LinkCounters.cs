using TestLab.Simulation;

namespace TestLab.Networks.Links.Counters;

/// <summary>What one direction has done so far. Sent + duplicated = delivered + dropped + waiting, at any moment.</summary>
/// <remarks>What travels counts as delivered. Bytes are those of frames, without checksum.</remarks>
public record struct LinkCounters : IState
{
    /// <summary>One for each <see cref="DropCause"/>.</summary>
    internal const int Causes = 8;

    private ulong[]? _dropped;

    public ulong FramesSent;
    public ulong BytesSent;
    public ulong FramesDelivered;
    public ulong BytesDelivered;

    /// <summary>Second copies, which are also among those delivered.</summary>
    public ulong FramesDuplicated;

    public ulong FramesCorrupted;

    /// <summary>Told to overtake by the settings.</summary>
    public ulong FramesReordered;

    /// <summary>Marked "congestion experienced".</summary>
    public ulong FramesMarked;

    /// <summary>Frames that wait at this moment.</summary>
    public int QueueFrames;

    /// <summary>Bytes that wait at this moment, as the rate counts them.</summary>
    public long QueueBytes;

    public int QueueFramesMost;
    public long QueueBytesMost;

    /// <summary>The longest wait for the first bit to leave.</summary>
    public long QueueNanosecondsMost;

    private readonly ReadOnlySpan<ulong> Drops => _dropped ?? [];

    public readonly ulong FramesDropped
    {
        get
        {
            ulong sum = 0;
            foreach (ulong count in Drops) sum += count;
            return sum;
        }
    }

    public readonly ulong Dropped(DropCause cause) => _dropped is null ? 0 : _dropped[(int)cause];

    internal void AddDrop(DropCause cause) => (_dropped ??= new ulong[Causes])[(int)cause]++;

    /// <summary>A copy that later drops do not touch.</summary>
    internal readonly LinkCounters Copy() => this with { _dropped = _dropped is null ? null : [.. _dropped] };

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref FramesSent);
        transfer.UInt64(ref BytesSent);
        transfer.UInt64(ref FramesDelivered);
        transfer.UInt64(ref BytesDelivered);
        transfer.UInt64(ref FramesDuplicated);
        transfer.UInt64(ref FramesCorrupted);
        transfer.UInt64(ref FramesReordered);
        transfer.UInt64(ref FramesMarked);
        transfer.Int32(ref QueueFramesMost);
        transfer.Int64(ref QueueBytesMost);
        transfer.Int64(ref QueueNanosecondsMost);
        ulong[] dropped = _dropped ?? new ulong[Causes];
        transfer.UInt64s(dropped);
        _dropped = dropped;
    }
}
