using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Runs blocks: the interpreter, or the translator.</summary>
/// <remarks>
/// An engine runs from a block onwards, as far as links, jump cache and budget allow, and returns with the cause in
/// <see cref="CpuState.Exit"/>. All engines retire the same instructions, to the instruction, and leave the same state.
/// </remarks>
internal unsafe interface IExecutionEngine : IDisposable
{
    /// <param name="state">With <see cref="CpuState.Rip"/> at the block.</param>
    /// <param name="block">Its instructions are within the budget, and not yet taken from it.</param>
    void Run(CpuState* state, Block* block);

    /// <summary>A block has come into the cache, not run yet.</summary>
    void BlockAdded(Block* block);

    /// <summary>The bytes of the block have changed: nothing may lead into it any more.</summary>
    void BlockDied(Block* block);

    /// <summary>All blocks are gone.</summary>
    void BlocksEmptied();
}
