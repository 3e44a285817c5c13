using TestLab.Labs.Results;
using TestLab.Protocol;
using StepVerdict = TestLab.Protocol.StepVerdict;

namespace TestLab.Cluster.Cells;

/// <summary>From the words of labs to those of the protocol, which must not change with them.</summary>
internal static class Translation
{
    public static RunVerdict Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed => RunVerdict.Passed,
        Verdict.Failed => RunVerdict.Failed,
        Verdict.TimedOut => RunVerdict.TimedOut,
        Verdict.Cancelled => RunVerdict.Cancelled,
        _ => RunVerdict.Broken,
    };

    public static StepVerdict Of(Labs.Results.StepVerdict verdict) => verdict switch
    {
        Labs.Results.StepVerdict.Passed => StepVerdict.Passed,
        Labs.Results.StepVerdict.Failed => StepVerdict.Failed,
        Labs.Results.StepVerdict.TimedOut => StepVerdict.TimedOut,
        _ => StepVerdict.Skipped,
    };

    public static MachineStage Of(Labs.Running.MachineStage stage) => stage switch
    {
        Labs.Running.MachineStage.Waiting => MachineStage.Waiting,
        Labs.Running.MachineStage.Booting => MachineStage.Booting,
        Labs.Running.MachineStage.Starting => MachineStage.Starting,
        Labs.Running.MachineStage.Ready => MachineStage.Ready,
        Labs.Running.MachineStage.Off => MachineStage.Off,
        _ => MachineStage.Failed,
    };
}
