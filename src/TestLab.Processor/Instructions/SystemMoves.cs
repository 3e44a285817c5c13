using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions;

/// <summary>MOV to and from segment, control and debug registers.</summary>
internal static unsafe class SystemMoves
{
    public static void Bind(Binding b)
    {
    }
}
