namespace TestLab.Machines.Bus;

/// <summary>One wire from a device to the controllers; high means asserted.</summary>
/// <remarks>The level derives from the device's state, so it is not stored: a restored device drives it anew.</remarks>
public sealed class InterruptLine
{
    private readonly List<Action<bool>> _inputs = [];

    public bool IsHigh { get; private set; }

    public void Connect(Action<bool> input) => _inputs.Add(input);

    public void Set(bool high)
    {
        if (high == IsHigh) return;
        IsHigh = high;
        foreach (Action<bool> input in _inputs) input(high);
    }

    /// <summary>A falling and a rising edge at once, for a source whose low time nobody can see.</summary>
    public void Pulse()
    {
        Set(false);
        Set(true);
    }
}
