using System.Numerics;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>Chooses the handler of a form by what is known when an instruction is decoded.</summary>
internal static unsafe class Forms
{
    public static delegate*<CpuState*, Op*, void> ByWidth<TForms>(int sizeBytes) where TForms : IWidthForms => sizeBytes switch
    {
        1 => TForms.Handler<byte>(),
        2 => TForms.Handler<ushort>(),
        4 => TForms.Handler<uint>(),
        8 => TForms.Handler<ulong>(),
        _ => null,
    };

    public static delegate*<CpuState*, Op*, void> ByAddress<TForms>(int sizeBytes, AddressForm form) where TForms : IMemoryForms => sizeBytes switch
    {
        1 => ByAddress<TForms, byte>(form),
        2 => ByAddress<TForms, ushort>(form),
        4 => ByAddress<TForms, uint>(form),
        8 => ByAddress<TForms, ulong>(form),
        _ => null,
    };

    public static delegate*<CpuState*, Op*, void> ByAddress<TForms, T>(AddressForm form)
        where TForms : IMemoryForms where T : unmanaged, IBinaryInteger<T> => form switch
        {
            AddressForm.Flat64 => TForms.Handler<T, Flat64>(),
            AddressForm.Based64 => TForms.Handler<T, Based64>(),
            AddressForm.Flat32 => TForms.Handler<T, Flat32>(),
            _ => TForms.Handler<T, Segmented>(),
        };
}
