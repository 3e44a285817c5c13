namespace TestLab.Machines;

/// <summary>What asked for the last reset.</summary>
public enum ResetCause
{
    None,
    KeyboardController,
    FastControlPort,
    ResetRegister,
    TripleFault,
}
