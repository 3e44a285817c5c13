using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions;

/// <summary>Far JMP, CALL, RET.</summary>
internal static unsafe class FarTransfers
{
    public static void BindJump(Binding b)
    {
    }

    public static void BindCall(Binding b)
    {
    }
}
