using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

internal sealed class StepPicture
{
    public string Name { get; set; } = "";

    public bool IsRunning { get; set; }

    /// <summary>Null until it has ended.</summary>
    public StepVerdict? Verdict { get; private set; }

    /// <summary>What it took, in guest time.</summary>
    public long Nanoseconds { get; private set; }

    public void End(StepEnded ended) =>
        (Name, IsRunning, Verdict, Nanoseconds) = (ended.Name, false, ended.Verdict, ended.Nanoseconds);
}
