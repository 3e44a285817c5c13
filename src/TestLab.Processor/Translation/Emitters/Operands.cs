using Iced.Intel;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>What emitters ask of an instruction's operands.</summary>
internal static class Operands
{
    public static int SizeOf(in Instruction instruction, int operand) => instruction.GetOpKind(operand) == OpKind.Register
        ? instruction.GetOpRegister(operand).GetSize() : instruction.MemorySize.GetSize();

    public static bool IsHighByte(Register register) => register is >= Register.AH and <= Register.BH;

    public static bool IsGeneral(in Instruction instruction, int operand) =>
        instruction.GetOpKind(operand) != OpKind.Register || instruction.GetOpRegister(operand).IsGPR();
}
