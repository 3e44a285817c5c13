using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Runs blocks: the interpreter, or the translator.</summary>
/// <remarks>
/// An engine runs from a block onwards, as far as links, jump cache and budget allow, and returns with the cause in
/// <see cref="CpuState.Exit"/>. All engines retire the same instructions, to the instruction, and leave the same state.
/// </remarks>
internal unsafe interface IExecutionEngine
{
    /// <param name="state">With <see cref="CpuState.Rip"/> at the block.</param>
    /// <param name="block">Its instructions are within the budget, and not yet taken from it.</param>
    void Run(CpuState* state, Block* block);
}
