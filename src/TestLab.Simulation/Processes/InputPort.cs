namespace TestLab.Simulation.Processes;

/// <summary>Where frames enter a logical process; at most one output port leads to it.</summary>
public sealed class InputPort
{
    internal InputPort(LogicalProcess process, string name, int index, FrameHandler received)
    {
        Process = process;
        Name = name;
        Index = index;
        Received = received;
    }

    public LogicalProcess Process { get; }

    public string Name { get; }

    /// <summary>The order of creation in the process, which decides between frames of one moment.</summary>
    public int Index { get; }

    /// <summary>The output port that leads here, if any.</summary>
    public OutputPort? Source { get; internal set; }

    internal FrameHandler Received { get; }
}
