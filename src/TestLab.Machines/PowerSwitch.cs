using TestLab.Simulation;

namespace TestLab.Machines;

/// <summary>Whether the machine runs, and what a device has asked of it: power off, or reset.</summary>
internal sealed class PowerSwitch : ISnapshotable<PowerSwitchState>
{
    private PowerSwitchState _state;

    /// <summary>Called when a request has come, so that the processor stops.</summary>
    public Action? Pressed { get; set; }

    public bool IsOff => _state.IsOff;

    public ResetCause Reset => _state.Reset;

    public void PowerOff()
    {
        _state.IsOff = true;
        Pressed?.Invoke();
    }

    public void RequestReset(ResetCause cause)
    {
        _state.Reset = cause;
        Pressed?.Invoke();
    }

    public PowerSwitchState Save() => _state;

    public void Restore(in PowerSwitchState state) => _state = state;
}
