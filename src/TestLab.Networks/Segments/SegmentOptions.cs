using TestLab.Networks.Hosts;

namespace TestLab.Networks.Segments;

/// <summary>How a segment is built.</summary>
public sealed record SegmentOptions
{
    public SwitchOptions Switch { get; init; } = new();

    /// <summary>The built-in host; a bare switch has none.</summary>
    public HostOptions? Host { get; init; }
}
