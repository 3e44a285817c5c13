using TestLab.Protocol;

namespace TestLab.Cli.Runs;

internal sealed class MachinePicture(string name)
{
    public string Name => name;

    public MachineStage Stage { get; set; } = MachineStage.Waiting;

    /// <summary>The newest line of the console that was sampled.</summary>
    public string LastLine { get; set; } = "";
}
