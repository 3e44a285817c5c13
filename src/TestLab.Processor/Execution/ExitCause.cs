namespace TestLab.Processor.Execution;

/// <summary>Why an engine returned to the dispatcher.</summary>
public enum ExitCause
{
    /// <summary>The next block is not linked: find it at <see cref="State.CpuState.Rip"/>.</summary>
    None,

    /// <summary>The budget does not cover the next block.</summary>
    BudgetSpent,

    /// <summary>The operation faulted; nothing of it has happened, unless the manual says so.</summary>
    Exception,

    /// <summary>The operation must run as a block of its own: it reaches a device or writes to decoded code.</summary>
    RunAlone,

    /// <summary>The operation is done, and something that the dispatcher keeps has changed (mode, mapping, HLT).</summary>
    StateChanged,

    /// <summary>A string instruction has iterations left, and nothing to pay them with.</summary>
    StringPaused,
}
