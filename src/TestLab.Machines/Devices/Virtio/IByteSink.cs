namespace TestLab.Machines.Devices.Virtio;

/// <summary>Where the bytes of a stream from the guest go; it takes them all.</summary>
public interface IByteSink
{
    void Write(ReadOnlySpan<byte> bytes);
}
