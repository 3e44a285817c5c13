using Iced.Intel;

namespace TestLab.Images.Agent;

/// <summary>An argument of a system call: a number, or a word in memory.</summary>
internal readonly record struct AgentWord(int? Number, AssemblerMemoryOperand Memory)
{
    public static implicit operator AgentWord(int number) => new(number, default);

    public static implicit operator AgentWord(AssemblerMemoryOperand memory) => new(null, memory);
}
