using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>
/// One instruction to compare: its number in floatjudge.c, how its operands are drawn, and our own answer. The answer
/// has in <see cref="JudgeReply.Status"/> all bits the host's must have under <paramref name="StatusMask"/>.
/// </summary>
internal sealed record JudgedOperation(
    string Name,
    uint Number,
    JudgedOperation.Draw Operands,
    JudgedOperation.Evaluate Answer,
    uint StatusMask = 0x3F)
{
    public delegate void Draw(OperandSource source, ref JudgeRequest request);

    public delegate void Evaluate(in JudgeRequest request, ref JudgeReply reply);

    public override string ToString() => Name;
}
