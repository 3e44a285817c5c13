using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions;

/// <summary>The SSE instructions that share a mnemonic with a string instruction.</summary>
internal static unsafe class SimdNames
{
    public static void Bind(Binding b)
    {
    }
}
