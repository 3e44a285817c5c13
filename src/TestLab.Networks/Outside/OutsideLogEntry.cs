using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>A line of a log.</summary>
/// <param name="IsRequest">Asked of the outside; then the content is a digest.</param>
public sealed record OutsideLogEntry(VirtualTime Time, bool IsRequest, OutsideMessage Message);
