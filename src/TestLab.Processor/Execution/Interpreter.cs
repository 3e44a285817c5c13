using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>The tail-threaded interpreter: each handler ends in a jump to the next one's.</summary>
/// <remarks>
/// The jump is a call in tail position that the compiler turns into one, which it does in optimized code only: handlers
/// carry AggressiveOptimization and take no addresses of locals. A test runs each form often enough that a call would
/// overflow the stack.
/// </remarks>
internal sealed unsafe class Interpreter : IExecutionEngine
{
    public void Run(CpuState* state, Block* block)
    {
        state->Budget -= block->Count;
        Op* first = block->First;
        first->Handler(state, first);
    }

    public void Dispose()
    {
    }

    public void BlockAdded(Block* block)
    {
    }

    public void BlockDied(Block* block)
    {
    }

    public void BlocksEmptied()
    {
    }
}
