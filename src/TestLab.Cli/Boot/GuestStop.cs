namespace TestLab.Cli.Boot;

/// <summary>Why a guest runs no more.</summary>
internal enum GuestStop
{
    PoweredOff,

    /// <summary>It asked for a reset.</summary>
    Reset,

    /// <summary>It reset itself by a triple fault, on purpose or not.</summary>
    TripleFault,

    /// <summary>It halted with no event to come: only input can wake it.</summary>
    Idle,
}
