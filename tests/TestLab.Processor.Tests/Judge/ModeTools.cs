using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>What generating and reading cases of one mode takes.</summary>
public sealed class ModeTools(JudgeMode mode, Predicate<Mnemonic>? only = null)
{
    public JudgeMode Mode { get; } = mode;

    public InstructionTable Table { get; } = new(mode, only);

    public CodeDecoder Decoder { get; } = new(mode);
}
