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

    /// <summary>
    /// Guest pages lie between pages that end the process when they are touched; the cases aim at the edges of pages, in
    /// all widths and addressing modes.
    /// </summary>
    [Test]
    public void TranslatedCodeTouchesNothingBesideTheGuestsPages() => Compare(20_261_129, 40_000, InstructionFamily.All, isIsolated: true);

    /// <summary>Of a rotation before BT, OF stays: whether the interpreter computed it depended on where the block ended.</summary>
    [TestCase("64 c0c739490fbaf41b at=822 flags=ad2 memory=f0f868d0c92198ce rax=ffff86b99adee74f rcx=7f19275834dadd" +
        "7d rdx=fffffffffffffffe rbx=4146b351b20f2713 rsp=300043d8 rbp=4951dd8e8012e23b rsi=30001a6e rdi=300006a1 " +
        "r8=ffffb53141ad88e4 r9=8c50d3a5ca12ca08 r10=ff r11=8002 r12=3000167d r13=1a63898bc84c395 r14=1f0552d00e2b" +
        "c7e1 r15=d30df14509d74fb6")]
    [TestCase("64 4cd1ce4b0fbaf9024c0f436129 at=1ff3 flags=a13 memory=a7e5ba7cf49973f4 rax=5c80075757ab7f7b rcx=2ff" +
        "fffc3 rdx=102 rbx=7781b280 rsp=30004a00 rbp=a23cd93fd38 rsi=20482be70f2bee rdi=e14e1f21765dc7d5 r8=6 r9=7" +
        "dac920a r10=30001db3 r11=100000001 r12=79d09fd1 r13=8001 r14=30002ae2 r15=8000000000000002" +
        "")]
    [TestCase("64 4d29ca450fb3da at=800 flags=202 memory=1 r9=4 r10=fffff r11=13 rsp=30004800", Description = "SUB r10, r9; BTR r10d, r11d")]
    public void AFoundDifferenceStaysGone(string line)
    {
        JudgeCase[] cases = [JudgeReport.Parse(line)];
        using var interpreter = new EmulatedProcessor(engine: EagerTranslator.Interpreter);
        using var translator = new EmulatedProcessor(engine: EagerTranslator.Options);
        Assert.That(Describe(translator.Run(cases)[0]), Is.EqualTo(Describe(interpreter.Run(cases)[0])));
    }

    private static void Compare(ulong seed, int count, InstructionFamily families, bool isIsolated = false)
    {
        using var interpreter = new EmulatedProcessor(engine: EagerTranslator.Interpreter);
        using var translator = new EmulatedProcessor(engine: EagerTranslator.Options, isIsolated: isIsolated);
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
