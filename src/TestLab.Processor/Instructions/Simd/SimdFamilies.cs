using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// All of MMX and of SSE to SSE4.2. String instructions must have been registered before, for MOVSD and CMPSD.
/// </summary>
internal static class SimdFamilies
{
    public static void Register(InstructionTable table)
    {
        VectorMoves.Register(table);
        VectorLogic.Register(table);
        VectorArithmetic.Register(table);
        VectorMultiplication.Register(table);
        VectorPacking.Register(table);
        VectorShifts.Register(table);
        VectorShuffles.Register(table);
        VectorMasks.Register(table);
        StringComparison.Register(table);
        Checksum.Register(table);
        FloatArithmetic.Register(table);
        FloatComparisons.Register(table);
        FloatConversions.Register(table);
        FloatAcross.Register(table);
        Approximations.Register(table);
        SimdState.Register(table);
    }
}
