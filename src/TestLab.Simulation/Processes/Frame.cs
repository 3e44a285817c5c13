namespace TestLab.Simulation.Processes;

/// <summary>Bytes on their way between two logical processes: an Ethernet frame, or a message of the lab itself.</summary>
/// <remarks>
/// A frame has one owner at a time: who rents it, then the channel, then the receiving process, whose handler has it
/// for the length of the call. Who needs it longer, or twice, copies it. Its array goes back to the pool with it.
/// </remarks>
public sealed class Frame
{
    /// <summary>The largest frame: a 64 KiB message with its headers.</summary>
    public const int LimitBytes = 65_550;

    private readonly FramePool _pool;

    internal Frame(FramePool pool, byte[] buffer) => (_pool, Buffer) = (pool, buffer);

    /// <summary>From the destination address on, without checksum.</summary>
    public ReadOnlySpan<byte> Content => Buffer.AsSpan(0, Length);

    public int Length { get; internal set; }

    internal byte[] Buffer { get; }

    /// <summary>The owner is done with it.</summary>
    public void Release() => _pool.Return(this);
}
