using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>What generating and reading cases of one mode takes.</summary>
public sealed class ModeTools(JudgeMode mode, Predicate<Mnemonic>? only = null)
{
    public JudgeMode Mode { get; } = mode;

    public InstructionTable Table { get; } = new(mode, only);

    /// <summary>Where the code pages begin in the code segment.</summary>
    public ulong CodeSegmentOffset { get; } = JudgeLayout.CodeBase - JudgeLayout.CodeSegmentBase(mode);

    /// <summary>The offset of a linear address in the data segment.</summary>
    public ulong Offset(ulong linear) => linear - JudgeLayout.DataSegmentBase(Mode);

    public CodeDecoder Decoder { get; } = new(mode);
}
