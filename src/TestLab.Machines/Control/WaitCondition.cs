namespace TestLab.Machines.Control;

/// <summary>What a <see cref="ControlWait"/> waits for.</summary>
public abstract record WaitCondition
{
    /// <summary>A program listens on a TCP port, on whatever address.</summary>
    public sealed record Port(ushort Number) : WaitCondition;

    /// <summary>A file or folder is there.</summary>
    public sealed record Exists(string Path) : WaitCondition;

    /// <summary>A file has a text in it.</summary>
    public sealed record Text(string Path, string Wanted) : WaitCondition;

    /// <summary>A process with this name runs.</summary>
    public sealed record Process(string Name) : WaitCondition;
}
