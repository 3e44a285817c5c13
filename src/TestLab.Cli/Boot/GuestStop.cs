namespace TestLab.Cli.Boot;

/// <summary>Why a guest runs no more.</summary>
internal enum GuestStop
{
    PoweredOff,

    /// <summary>A triple fault or a halt with interrupts off: no event can ever wake it.</summary>
    Dead,
}
