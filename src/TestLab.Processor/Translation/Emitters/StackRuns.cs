using Iced.Intel;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>Several PUSH or POP in a row, as functions begin and end with: one check for all their words.</summary>
/// <remarks>Where the words are not all in one page that the buffer knows, the interpreter takes them one by one.</remarks>
internal static class StackRuns
{
    /// <summary>Fewer are as cheap one by one.</summary>
    private const int Shortest = 2;

    private const int WordBytes = 8;

    /// <summary>How many of the instructions belong to a run that begins with the first; 0 where that is none.</summary>
    public static int LengthAt(ReadOnlySpan<Instruction> instructions)
    {
        int length = 0;
        while (length < instructions.Length && IsWord(instructions[length]) && instructions[length].Code == instructions[0].Code)
            length++;
        return length < Shortest ? 0 : length;
    }

    /// <summary>Writes a run.</summary>
    /// <param name="e">Where to.</param>
    /// <param name="run">The instructions.</param>
    /// <param name="first">Number of the first one in its block.</param>
    /// <param name="flagsLive">Of each.</param>
    public static void Emit(Emission e, ReadOnlySpan<Instruction> run, int first, ReadOnlySpan<bool> flagsLive)
    {
        bool pushes = run[0].Mnemonic == Mnemonic.Push;
        int bytes = WordBytes * run.Length;
        e.BeginInstruction(first, flagsLive[0]);
        e.Memory.ReachStackOnce(pushes ? -bytes : 0, bytes, write: pushes);
        if (!pushes) StackMoves.Move(e, bytes);
        for (int i = 0; i < run.Length; i++)
        {
            e.BeginInstruction(first + i, flagsLive[i]);
            Register register = run[i].Op0Register;
            if (pushes)
            {
                Place pushed = Place.Memory(HostRegister.Address, bytes - WordBytes * (i + 1));
                e.Code.Emit(Opcode.Store, WordBytes, e.Read(register, HostRegister.Scratch), pushed);
                continue;
            }

            int target = e.Target(register, HostRegister.Scratch, reads: false);
            e.Code.Emit(Opcode.Load, WordBytes, target, Place.Memory(HostRegister.Address, WordBytes * i));
            e.Finish(register, target);
        }

        if (pushes) StackMoves.Move(e, -bytes);
    }

    /// <summary>RSP itself would be pushed, or popped into, as it is in the middle.</summary>
    private static bool IsWord(in Instruction i) => i.Code is Code.Push_r64 or Code.Pop_r64 && i.Op0Register != Register.RSP;
}
