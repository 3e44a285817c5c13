using TestLab.Simulation;

namespace TestLab.Networks.Links.Counters;

/// <summary>What happened in one stretch of time.</summary>
public record struct UtilisationStep : IState
{
    /// <summary>How long a frame was on its way onto the wire.</summary>
    public long BusyNanoseconds;

    /// <summary>Frames whose sending began.</summary>
    public ulong Frames;

    public ulong Bytes;
    public ulong Drops;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Int64(ref BusyNanoseconds);
        transfer.UInt64(ref Frames);
        transfer.UInt64(ref Bytes);
        transfer.UInt64(ref Drops);
    }

    internal readonly UtilisationStep Joined(in UtilisationStep other) => new()
    {
        BusyNanoseconds = BusyNanoseconds + other.BusyNanoseconds,
        Frames = Frames + other.Frames,
        Bytes = Bytes + other.Bytes,
        Drops = Drops + other.Drops,
    };
}
