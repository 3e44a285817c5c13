namespace TestLab.Machines;

/// <summary>What asked for the last reset.</summary>
public enum ResetCause
{
    None,
    KeyboardController,
    FastControlPort,
    ResetRegister,
    TripleFault,

    /// <summary>Somebody outside pulled the reset line.</summary>
    ResetButton,
}
