using TestLab.Simulation;

namespace TestLab.Machines;

/// <summary>Power and pending reset.</summary>
public record struct PowerSwitchState : IState
{
    public bool IsOff;
    public ResetCause Reset;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Boolean(ref IsOff);
        byte reset = (byte)Reset;
        transfer.Byte(ref reset);
        transfer.Require(reset <= (byte)ResetCause.ResetButton, "no cause of a reset");
        Reset = (ResetCause)reset;
    }
}
