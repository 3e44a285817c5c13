namespace TestLab.Images.Building;

/// <summary>
/// A machine on which a root file system is finished where this host cannot: of another architecture, or because this
/// process may not act as root. It is given from above, where machines are known.
/// </summary>
public interface IBuildMachine
{
    /// <summary>Boots, runs the errand's command as root, and writes the result's disk to its file.</summary>
    /// <exception cref="ImageException">The machine stopped before the command did.</exception>
    Task<BuildOutcome> RunAsync(BuildErrand errand, CancellationToken cancellation);
}
