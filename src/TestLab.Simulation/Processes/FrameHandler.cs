namespace TestLab.Simulation.Processes;

/// <summary>What a process does with a frame at the moment of its arrival; the content is valid during the call.</summary>
public delegate void FrameHandler(VirtualTime arrival, ReadOnlySpan<byte> content);
