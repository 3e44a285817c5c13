using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>The templates of one mode by family and mnemonic, so that rare mnemonics are as frequent as common ones.</summary>
public sealed class InstructionTable
{
    private readonly Dictionary<InstructionFamily, InstructionTemplate[][]> _families;

    public InstructionTable(JudgeMode mode, Predicate<Mnemonic>? only = null)
    {
        _families = Enum.GetValues<Code>()
            .Where(code => InstructionRules.IsAllowed(code) && code.ToOpCode().IsAvailableInMode((int)mode))
            .Where(code => only is null || only(code.Mnemonic()))
            .GroupBy(InstructionRules.Family)
            .ToDictionary(
                family => family.Key,
                family => family.GroupBy(code => code.Mnemonic())
                    .Select(mnemonic => mnemonic.Select(code => new InstructionTemplate(code)).ToArray())
                    .ToArray());
    }

    public bool Has(InstructionFamily family) => _families.ContainsKey(family);

    public InstructionTemplate Pick(JudgeRandom random, InstructionFamily family)
    {
        InstructionTemplate[][] mnemonics = _families[family];
        return random.Pick<InstructionTemplate>(random.Pick<InstructionTemplate[]>(mnemonics));
    }
}
