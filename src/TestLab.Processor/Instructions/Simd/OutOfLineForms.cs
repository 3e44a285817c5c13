using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>Register with register or memory, for what is done out of line.</summary>
internal static class OutOfLineForms<TOperation> where TOperation : struct, IOutOfLineOperation
{
    /// <summary>Memory of 16 bytes must be aligned.</summary>
    public static void Bind(Binding b) => OutOfLineUnitForms<TOperation, SseUnit>.Bind(b);

    /// <summary>Memory may lie anywhere.</summary>
    public static void BindUnaligned(Binding b) => OutOfLineUnitForms<TOperation, SseUnit>.BindUnaligned(b);
}
