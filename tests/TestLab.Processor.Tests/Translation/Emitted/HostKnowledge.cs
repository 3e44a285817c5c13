namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>What is known before an instruction of translated code.</summary>
/// <param name="Address">Of R10.</param>
/// <param name="Scratch">Of R11.</param>
/// <param name="Fact">Of the flags.</param>
internal readonly record struct HostKnowledge(HostValue Address, HostValue Scratch, HostFact Fact)
{
    public HostKnowledge Meet(in HostKnowledge other) =>
        new(Address.Meet(other.Address), Scratch.Meet(other.Scratch), Fact == other.Fact ? Fact : default);
}
