namespace TestLab.Machines.Bus;

/// <summary>A wired-or of several devices' lines: high while any of them is.</summary>
public sealed class SharedInterruptLine(InterruptLine output)
{
    private int _highCount;

    /// <summary>A line for one more device.</summary>
    public InterruptLine Attach()
    {
        var line = new InterruptLine();
        line.Connect(high =>
        {
            _highCount += high ? 1 : -1;
            output.Set(_highCount > 0);
        });
        return line;
    }
}
