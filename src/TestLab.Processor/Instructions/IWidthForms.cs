using System.Numerics;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>A handler that exists for each operand width.</summary>
internal unsafe interface IWidthForms
{
    static abstract delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T>;
}
