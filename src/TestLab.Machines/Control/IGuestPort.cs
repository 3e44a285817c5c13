namespace TestLab.Machines.Control;

/// <summary>A line of bytes between the host and a guest, as the host sees it.</summary>
public interface IGuestPort
{
    /// <summary>True while something in the guest listens.</summary>
    bool IsOpen { get; }

    /// <summary>Takes what the guest has sent since the last time; empty when it sent nothing.</summary>
    byte[] Take();

    /// <summary>Queues bytes for the guest, which reads them at its own pace.</summary>
    void Send(ReadOnlySpan<byte> bytes);
}
