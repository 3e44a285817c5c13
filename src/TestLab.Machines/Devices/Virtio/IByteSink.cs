namespace TestLab.Machines.Devices.Virtio;

/// <summary>Where the bytes of a stream from the guest go.</summary>
public interface IByteSink
{
    /// <summary>False while it wants no more: the guest's writers wait, until <see cref="VirtioConsole.Resume"/>.</summary>
    bool IsReady => true;

    /// <summary>Takes all of one write of the guest.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}
