using System.Globalization;
using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>The same instructions on the host's processor and in the engine: registers, defined flags, memory and faults agree.</summary>
/// <remarks>
/// By hand: TESTLAB_JUDGE_SEED, TESTLAB_JUDGE_COUNT (cases) and TESTLAB_JUDGE_FAMILIES (Integer, FloatingPoint, Mmx,
/// Sse, Wild) widen or narrow <see cref="MillionsOfInstructionsAgree"/>, and so do TESTLAB_JUDGE_ONLY and
/// TESTLAB_JUDGE_EXCEPT (mnemonics with commas between them); TESTLAB_JUDGE_REPORT names a file for all mismatches.
/// </remarks>
[TestFixture]
public sealed class HostJudgeTests
{
    private const ulong SampleSeed = 20_261_122;

    private NativeProcessor? _native;
    private EmulatedProcessor? _engine;

    [OneTimeSetUp]
    public void StartTheJudge()
    {
        if (!NativeProcessor.IsAvailable)
        {
            Assert.Ignore("The host is not Linux on x86-64, or it has no gcc.");
        }
        _native = new NativeProcessor();
        _engine = new EmulatedProcessor(_native.CanRun(JudgeMode.Compatibility));
    }

    [OneTimeTearDown]
    public void StopTheJudge()
    {
        _native?.Dispose();
        _engine?.Dispose();
    }

    [Test]
    public void ASampleOfInstructionsAgrees() => Judge(SampleSeed, 140_000, InstructionFamily.All);

    [Test, Category("Slow")]
    public void MillionsOfInstructionsAgree()
    {
        ulong seed = ulong.Parse(Setting("SEED", "1"), CultureInfo.InvariantCulture);
        long count = long.Parse(Setting("COUNT", "3600000"), CultureInfo.InvariantCulture);
        Judge(seed, count, Enum.Parse<InstructionFamily>(Setting("FAMILIES", "All")));
    }

    [TestCaseSource(typeof(RegressionCases), nameof(RegressionCases.Lines))]
    public void AFoundBugStaysFixed(string line)
    {
        JudgeRun run = NewRun();
        JudgeCase test = JudgeReport.Parse(line);
        _native?.Require(test.Mode);
        run.Compare([test], 0, 0);
        Assert.That(run.Mismatches, Is.Empty);
    }

    private JudgeRun NewRun() => new(
        _native ?? throw new InvalidOperationException("There is no judge."),
        _engine ?? throw new InvalidOperationException("There is no engine."));

    private void Judge(ulong seed, long count, InstructionFamily families)
    {
        JudgeRun run = NewRun();
        HashSet<Mnemonic> only = Mnemonics("ONLY");
        HashSet<Mnemonic> except = Mnemonics("EXCEPT");
        bool Wanted(Mnemonic mnemonic) => (only.Count == 0 || only.Contains(mnemonic)) && !except.Contains(mnemonic);
        bool CanRun(JudgeMode mode) => _native?.CanRun(mode) ?? false;
        run.Random(new CaseGenerator(seed, families, Wanted, CanRun), seed, count);
        string summary = run.Summary();
        TestContext.Out.WriteLine($"seed {seed}, modes {string.Join(", ", Enum.GetValues<JudgeMode>().Where(CanRun))}");
        TestContext.Out.WriteLine(summary.Length > 20_000 ? summary[..20_000] : summary);
        if (Setting("REPORT", "") is { Length: > 0 } file)
        {
            File.WriteAllText(file, run.Summary(examplesEach: 5));
        }
        Assert.Multiple(() =>
        {
            Assert.That(run.Instructions, Is.GreaterThanOrEqualTo(count));
            Assert.That(run.Mismatches, Is.Empty);
        });
    }

    private static HashSet<Mnemonic> Mnemonics(string name) =>
        [.. Setting(name, "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Mnemonic>)];

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable("TESTLAB_JUDGE_" + name) is { Length: > 0 } value ? value : otherwise;
}
