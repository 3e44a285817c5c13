using TestLab.Processor.Decoding;

namespace TestLab.Processor.Instructions.Float;

/// <summary>All x87 instructions (SDM volume 1, chapter 8).</summary>
internal static class FloatInstructions
{
    public static void Register(InstructionTable table)
    {
        FloatArithmetic.Register(table);
        FloatComparisons.Register(table);
        FloatLoads.Register(table);
        FloatStores.Register(table);
        FloatFunctions.Register(table);
        FloatMoves.Register(table);
        FloatControl.Register(table);
    }
}
