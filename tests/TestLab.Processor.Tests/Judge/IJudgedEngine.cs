namespace TestLab.Processor.Tests.Judge;

/// <summary>Something that executes cases: the host's processor or an engine of ours.</summary>
public interface IJudgedEngine : IDisposable
{
    /// <summary>Runs each case from its own start; one outcome for each, in order.</summary>
    JudgeOutcome[] Run(IReadOnlyList<JudgeCase> cases);
}
