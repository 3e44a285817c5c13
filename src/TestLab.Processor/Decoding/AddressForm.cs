namespace TestLab.Processor.Decoding;

/// <summary>Which <see cref="Memory.IAddress"/> forms the address of the memory operand.</summary>
internal enum AddressForm
{
    Flat64,
    Based64,
    Flat32,
    Segmented,
}
