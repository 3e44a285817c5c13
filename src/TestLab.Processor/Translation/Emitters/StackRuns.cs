using Iced.Intel;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation.Emitters;

/// <summary>Several PUSH in a row, and the CALL behind them, or several POP, and the RET: one check for all their words.</summary>
/// <remarks>
/// So functions begin and end, and are called. Where the words are not all in one page that the buffer knows, the
/// interpreter takes the instructions one by one.
/// </remarks>
internal static class StackRuns
{
    /// <summary>Fewer are as cheap one by one.</summary>
    private const int Shortest = 2;

    private const int WordBytes = 8;

    /// <summary>How many of the instructions belong to a run that begins with the first; 0 where that is none.</summary>
    /// <param name="e">The block's emission.</param>
    /// <param name="instructions">To the end of the block.</param>
    /// <param name="last">Whether the last of them is the block's last operation: only a branch may be part of a run there.</param>
    public static int LengthAt(Emission e, ReadOnlySpan<Instruction> instructions, bool last)
    {
        int words = 0;
        int limit = last ? instructions.Length - 1 : instructions.Length;
        while (words < limit && IsWord(instructions[words]) && instructions[words].Code == instructions[0].Code) words++;
        if (words == 0) return 0;
        bool hasBranch = last && words == limit && (instructions[0].Mnemonic == Mnemonic.Push
            ? Branches.IsPlainCall(e, instructions[words]) : Branches.IsPlainReturn(e, instructions[words]));
        int length = hasBranch ? words + 1 : words;
        return length < Shortest ? 0 : length;
    }

    /// <summary>Writes a run.</summary>
    /// <param name="e">Where to.</param>
    /// <param name="run">The instructions.</param>
    /// <param name="first">Number of the first one in its block.</param>
    /// <param name="flagsLive">Of each.</param>
    public static void Emit(Emission e, ReadOnlySpan<Instruction> run, int first, ReadOnlySpan<bool> flagsLive)
    {
        int bytes = WordBytes * run.Length;
        e.BeginInstruction(first, flagsLive[0]);
        if (run[0].Mnemonic == Mnemonic.Push)
        {
            e.Memory.ReachStackOnce(-bytes, bytes, write: true);
            EmitPushes(e, run, first, flagsLive);
        }
        else
        {
            e.Memory.ReachStackOnce(0, bytes, write: false);
            EmitPops(e, run, first, flagsLive);
        }
    }

    private static void EmitPushes(Emission e, ReadOnlySpan<Instruction> run, int first, ReadOnlySpan<bool> flagsLive)
    {
        bool hasCall = run[^1].Mnemonic == Mnemonic.Call;
        int words = hasCall ? run.Length - 1 : run.Length;
        for (int i = 0; i < words; i++)
        {
            Place pushed = Place.Memory(HostRegister.Address, WordBytes * (run.Length - 1 - i));
            e.Code.Emit(Opcode.Store, WordBytes, e.Read(run[i].Op0Register, HostRegister.Scratch), pushed);
        }

        e.BeginInstruction(first + run.Length - 1, flagsLive[^1]);
        StackMoves.Move(e, -WordBytes * run.Length);
        if (hasCall) Branches.EmitPlainCall(e, run[^1]);
    }

    private static void EmitPops(Emission e, ReadOnlySpan<Instruction> run, int first, ReadOnlySpan<bool> flagsLive)
    {
        bool hasReturn = run[^1].Mnemonic == Mnemonic.Ret;
        int words = hasReturn ? run.Length - 1 : run.Length;
        StackMoves.Move(e, WordBytes * words);
        for (int i = 0; i < words; i++)
        {
            e.BeginInstruction(first + i, flagsLive[i]);
            Register register = run[i].Op0Register;
            int target = e.Target(register, HostRegister.Scratch, reads: false);
            e.Code.Emit(Opcode.Load, WordBytes, target, Place.Memory(HostRegister.Address, WordBytes * i));
            e.Finish(register, target);
        }

        if (!hasReturn) return;
        e.BeginInstruction(first + words, flagsLive[words]);
        Branches.EmitReturnTo(e, run[^1], WordBytes * words);
    }

    /// <summary>RSP itself would be pushed, or popped into, as it is in the middle.</summary>
    private static bool IsWord(in Instruction i) => i.Code is Code.Push_r64 or Code.Pop_r64 && i.Op0Register != Register.RSP;
}
