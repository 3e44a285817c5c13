using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions;

/// <summary>PUSH and POP of segment registers.</summary>
internal static unsafe class SegmentStack
{
    public static void BindPush(Binding b)
    {
    }

    public static void BindPop(Binding b)
    {
    }
}
