using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>How long a disk takes, in virtual time: so much for each request, and so much for each byte, one request after the other.</summary>
public sealed record DiskTiming(long RequestNanoseconds, ulong BytesPerSecond)
{
    /// <summary>A middling solid-state disk.</summary>
    public static readonly DiskTiming Default = new(RequestNanoseconds: 20_000, BytesPerSecond: 1_000_000_000);

    public long NanosecondsFor(ulong bytes) =>
        RequestNanoseconds + (long)((UInt128)bytes * VirtualTime.NanosecondsPerSecond / BytesPerSecond);
}
