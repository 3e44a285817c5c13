using System.Globalization;
using TestLab.Processor.Tests.Judge;

namespace TestLab.Processor.Tests.Translation;

/// <summary>The judge's random instructions leave the same state in both engines: every register, all flags, memory and faults.</summary>
/// <remarks>By hand: TESTLAB_JUDGE_SEED, TESTLAB_JUDGE_COUNT and TESTLAB_JUDGE_FAMILIES, as for the judge.</remarks>
public sealed class InstructionLockStepTests
{
    private const int Batch = 512;

    [OneTimeSetUp]
    public void Prepare() => EagerTranslator.IgnoreWhereTheHostCannot();

    [Test]
    public void ASampleOfInstructionsAgrees() => Compare(20_261_128, 60_000, InstructionFamily.All);

    [Test, Category("Slow")]
    public void ManyInstructionsAgree() => Compare(
        ulong.Parse(Setting("SEED", "2"), CultureInfo.InvariantCulture),
        int.Parse(Setting("COUNT", "400000"), CultureInfo.InvariantCulture),
        Enum.Parse<InstructionFamily>(Setting("FAMILIES", "All")));

    private static void Compare(ulong seed, int count, InstructionFamily families)
    {
        using var interpreter = new EmulatedProcessor(EagerTranslator.Interpreter);
        using var translator = new EmulatedProcessor(EagerTranslator.Options);
        var generator = new CaseGenerator(seed, families);
        var differences = new List<string>();
        for (int first = 0; first < count && differences.Count < 20; first += Batch)
        {
            JudgeCase[] cases = [.. Enumerable.Range(first, Math.Min(Batch, count - first)).Select(generator.Generate)];
            JudgeOutcome[] expected = interpreter.Run(cases);
            JudgeOutcome[] actual = translator.Run(cases);
            for (int i = 0; i < cases.Length; i++)
            {
                string left = Describe(expected[i]);
                string right = Describe(actual[i]);
                if (left != right) differences.Add($"case {first + i} of seed {seed}: {JudgeReport.Disassembly(cases[i])}\n{JudgeReport.Line(cases[i])}\n{Difference(left, right)}");
            }
        }

        Assert.That(differences, Is.Empty, string.Join("\n", differences));
    }

    private static string Describe(JudgeOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"vector {outcome.Vector}\nerror {outcome.ErrorCode}\ncr2 {outcome.FaultAddress:x}\nrip {outcome.InstructionPointer:x}\n"
        + $"flags {outcome.Flags:x}\n{string.Join('\n', outcome.Registers.Select((value, number) => $"r{number} {value:x}"))}\n"
        + $"selectors {string.Join(' ', outcome.Selectors)}\nfloat {Convert.ToHexString(outcome.Floating)}\n"
        + $"memory {string.Join(' ', outcome.Changes.Select(change => $"{change.Offset:x}={change.Value:x}"))}");

    private static string Difference(string left, string right) => string.Join(
        "\n", left.Split('\n').Zip(right.Split('\n')).Where(pair => pair.First != pair.Second).Select(pair => $"  {pair.First} | {pair.Second}"));

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable("TESTLAB_JUDGE_" + name) is { Length: > 0 } value ? value : otherwise;
}
