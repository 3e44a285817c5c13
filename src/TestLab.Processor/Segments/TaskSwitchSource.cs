namespace TestLab.Processor.Segments;

/// <summary>What starts a task switch, which decides busy bits, NT and the back link (SDM volume 3, table 7-2).</summary>
internal enum TaskSwitchSource
{
    Jump,

    /// <summary>CALL: the old task stays busy, the new one is nested.</summary>
    Call,

    /// <summary>An interrupt or exception: as a call.</summary>
    Interrupt,
    Return,
}
