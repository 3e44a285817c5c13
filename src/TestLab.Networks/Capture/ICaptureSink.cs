namespace TestLab.Networks.Capture;

/// <summary>Where the bytes of a capture go: a file, a pipe, memory; the host's side supplies it.</summary>
public interface ICaptureSink
{
    /// <summary>The next bytes of the stream; the sink keeps no reference to them.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}
