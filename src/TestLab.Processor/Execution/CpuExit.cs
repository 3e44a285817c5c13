namespace TestLab.Processor.Execution;

/// <summary>Why <see cref="Cpu.RunUntil"/> returned.</summary>
public enum CpuExit
{
    /// <summary>The clock has reached the limit.</summary>
    LimitReached,

    /// <summary>HLT: nothing happens until an interrupt.</summary>
    Halted,

    /// <summary>A triple fault: the board resets the machine.</summary>
    Shutdown,

    /// <summary>A device asked for it during an access.</summary>
    StopRequested,
}
