namespace TestLab.Machines.Control;

/// <summary>The host's end of a control channel, as plain data.</summary>
public sealed record ControlClientState
{
    public uint LastChannel { get; init; }

    public bool IsReady { get; init; }

    public int GuestBits { get; init; }

    public ControlFault Fault { get; init; }

    public long NowNanoseconds { get; init; }

    /// <summary>The word whose hello is awaited.</summary>
    public ulong? Awaited { get; init; }

    /// <summary>A part of a frame.</summary>
    public byte[] Held { get; init; } = [];

    public IReadOnlyList<ControlOperationState> Operations { get; init; } = [];
}
