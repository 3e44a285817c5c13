namespace TestLab.Cli.Boot;

/// <summary>Why a guest runs no more.</summary>
internal enum GuestStop
{
    PoweredOff,

    /// <summary>It asked for a reset, or died of a triple fault.</summary>
    Reset,

    /// <summary>It halted with no event to come: only input can wake it.</summary>
    Idle,
}
