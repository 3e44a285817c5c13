using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>Gives a memory form the handler that was compiled for the address form of its operand.</summary>
internal static unsafe class AddressForms
{
    public static void Bind(
        Binding b,
        delegate*<CpuState*, Op*, void> flat64,
        delegate*<CpuState*, Op*, void> based64,
        delegate*<CpuState*, Op*, void> flat32,
        delegate*<CpuState*, Op*, void> segmented) => b.Op->Handler = b.Form switch
        {
            AddressForm.Flat64 => flat64,
            AddressForm.Based64 => based64,
            AddressForm.Flat32 => flat32,
            _ => segmented,
        };
}
