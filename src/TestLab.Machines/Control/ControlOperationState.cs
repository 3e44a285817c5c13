namespace TestLab.Machines.Control;

/// <summary>An operation under way, as plain data.</summary>
public sealed record ControlOperationState
{
    public required ControlOperationKind Kind { get; init; }

    public required uint Channel { get; init; }

    public string Name { get; init; } = "";

    public long DeadlineNanoseconds { get; init; } = long.MaxValue;

    /// <summary>What the guest may still send.</summary>
    public int OutputWindow { get; init; }

    public int ErrorsWindow { get; init; }

    /// <summary>Input that was not sent yet.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>Input that was sent and not acknowledged.</summary>
    public int InputInFlight { get; init; }

    public bool IsInputClosed { get; init; }

    public bool IsCloseSent { get; init; }

    /// <summary>The file in the guest.</summary>
    public string Path { get; init; } = "";

    /// <summary>A download's bytes so far.</summary>
    public byte[] Content { get; init; } = [];

    public int ContentLimit { get; init; }

    public int Mode { get; init; }
}
