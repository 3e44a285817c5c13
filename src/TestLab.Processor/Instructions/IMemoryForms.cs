using System.Numerics;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>A handler that exists for each operand width and each way to form an address.</summary>
internal unsafe interface IMemoryForms
{
    static abstract delegate*<CpuState*, Op*, void> Handler<T, TAddress>()
        where T : unmanaged, IBinaryInteger<T> where TAddress : IAddress;
}
