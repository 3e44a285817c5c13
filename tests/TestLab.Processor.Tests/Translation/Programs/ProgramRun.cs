namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>What happened in programs that ran in step.</summary>
internal readonly record struct ProgramRun(long Instructions, long Interrupts, long Exceptions, long Units)
{
    public static ProgramRun operator +(ProgramRun left, ProgramRun right) => new(
        left.Instructions + right.Instructions, left.Interrupts + right.Interrupts, left.Exceptions + right.Exceptions, left.Units + right.Units);

    public override string ToString() => $"{Instructions} instructions, {Interrupts} interrupts, {Exceptions} exceptions, {Units} units";
}
