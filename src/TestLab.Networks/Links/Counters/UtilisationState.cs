using TestLab.Simulation;

namespace TestLab.Networks.Links.Counters;

/// <summary>The steps of a <see cref="Utilisation"/>.</summary>
public record struct UtilisationState : IState
{
    private UtilisationStep[]? _steps;

    public long StepNanoseconds;

    public UtilisationStep[] Steps
    {
        readonly get => _steps ?? [];
        set => _steps = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Int64(ref StepNanoseconds);
        transfer.Require(StepNanoseconds >= 0, "a step of time is negative");
        UtilisationStep[] steps = Steps;
        transfer.List(ref steps, Utilisation.StepLimit);
        Steps = steps;
    }
}
