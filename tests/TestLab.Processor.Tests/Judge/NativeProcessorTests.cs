using System.Diagnostics;

namespace TestLab.Processor.Tests.Judge;

/// <summary>The judge judged: what it says about cases whose outcome the manuals fix.</summary>
[TestFixture]
public sealed class NativeProcessorTests
{
    private NativeProcessor? _native;

    private NativeProcessor Native => _native ?? throw new InvalidOperationException("There is no judge.");

    [OneTimeSetUp]
    public void StartTheJudge()
    {
        if (!NativeProcessor.IsAvailable)
        {
            Assert.Ignore("The host is not Linux on x86-64, or it has no gcc.");
        }
        _native = new NativeProcessor();
    }

    [OneTimeTearDown]
    public void StopTheJudge() => _native?.Dispose();

    private JudgeOutcome Run(string code, JudgeMode mode = JudgeMode.Long, params (int Register, ulong Value)[] values)
    {
        ulong[] registers = new ulong[16];
        registers[4] = JudgeLayout.StackBase + 0x800;
        foreach ((int register, ulong value) in values)
        {
            registers[register] = value;
        }
        return Native.Run([new JudgeCase { Mode = mode, Code = Convert.FromHexString(code), Registers = registers }])[0];
    }

    [Test]
    public void AnAdditionThatOverflowsSetsItsFlagsAndStopsAtTheBreakpoint()
    {
        JudgeOutcome outcome = Run("4801d8", JudgeMode.Long, (0, 1UL << 63), (3, 1UL << 63));
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Vector, Is.EqualTo(JudgeOutcome.Breakpoint));
            Assert.That(outcome.InstructionPointer, Is.EqualTo(JudgeLayout.CodeBase + 0x804));
            Assert.That(outcome.Registers[0], Is.Zero);
            Assert.That(outcome.Flags & 0x8D5, Is.EqualTo(0x845), "OF, ZF, PF, CF");
        });
    }

    [Test]
    public void CompatibilityModeWrapsAt32Bits()
    {
        Native.Require(JudgeMode.Compatibility);
        JudgeOutcome outcome = Run("01d8", JudgeMode.Compatibility, (0, 0x8000_0000), (3, 0x8000_0001));
        Assert.Multiple(() =>
        {
            Assert.That(outcome.CodeSelector, Is.EqualTo(JudgeLayout.CodeSelector32));
            Assert.That(outcome.Registers[0], Is.EqualTo(1));
        });
    }

    [Test]
    public void AStoreThatCrossesIntoTheReadOnlyPageFaultsThere()
    {
        JudgeOutcome outcome = Run("8903", JudgeMode.Long, (3, JudgeLayout.ReadOnlyBase - 2));
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Vector, Is.EqualTo(JudgeOutcome.PageFault));
            Assert.That(outcome.FaultAddress, Is.EqualTo(JudgeLayout.ReadOnlyBase));
            Assert.That(outcome.ErrorCode, Is.EqualTo(7), "present, write, user");
            Assert.That(outcome.Changes, Is.Empty);
        });
    }

    [Test]
    public void RunningIntoTheAbsentPageBehindTheCodeIsAFetchFault()
    {
        JudgeOutcome outcome = Native.Run([new JudgeCase { Code = [0x90], CodeOffset = JudgeLayout.CodeBytes - 1 }])[0];
        Assert.That(
            (outcome.Vector, outcome.FaultAddress, outcome.ErrorCode),
            Is.EqualTo((JudgeOutcome.PageFault, JudgeLayout.CodeEnd, 0x14u)));
    }

    [Test]
    public void AStoreIsReportedAndForgotten()
    {
        JudgeOutcome[] outcomes = Native.Run(
        [
            new JudgeCase { Code = Convert.FromHexString("48890425 00000030".Replace(" ", "", StringComparison.Ordinal)), Registers = Value(0, 0x1122) },
            new JudgeCase { Code = Convert.FromHexString("488b0425 00000030".Replace(" ", "", StringComparison.Ordinal)) },
        ]);
        ulong? before = JudgeMemory.Read(JudgeMemory.Fill(0), JudgeLayout.DataBase);
        Assert.Multiple(() =>
        {
            Assert.That(outcomes[0].Changes, Is.EqualTo(new[] { new MemoryChange(0, 0x1122) }));
            Assert.That(outcomes[1].Registers[0], Is.EqualTo(before));
        });
    }

    [Test]
    public void AnEndlessLoopEndsInTime() =>
        Assert.That(Run("ebfe").Vector, Is.EqualTo(JudgeOutcome.Timeout));

    [TestCase("f4", 13, Description = "hlt")]
    [TestCase("0f0b", 6, Description = "ud2")]
    [TestCase("48f7f3", 0, Description = "div by zero")]
    [TestCase("0f284001", 13, Description = "movaps from an odd address")]
    public void FaultsNameTheirVector(string code, int vector) => Assert.That(Run(code).Vector, Is.EqualTo(vector));

    [Test]
    public void TwoRunsOfRandomCasesAgree()
    {
        const ulong Seed = 1;
        var generator = new CaseGenerator(Seed, modes: Native.CanRun);
        JudgeCase[] cases = Enumerable.Range(0, 20_000).Select(generator.Generate).ToArray();
        JudgeOutcome[] first = Native.Run(cases);
        JudgeOutcome[] second = Native.Run(cases);
        var comparison = new OutcomeComparison();
        Assert.Multiple(() =>
        {
            for (int index = 0; index < cases.Length; index++)
            {
                IReadOnlyList<string> differences = comparison.Differences(cases[index], first[index], second[index]);
                Assert.That(differences, Is.Empty, $"seed {Seed} index {index}: {JudgeReport.Disassembly(cases[index])}");
            }
        });
    }

    [Test]
    public void RandomCasesReachEveryKindOfEnd()
    {
        var generator = new CaseGenerator(2, modes: Native.CanRun);
        JudgeCase[] cases = Enumerable.Range(0, 20_000).Select(generator.Generate).ToArray();
        var clock = Stopwatch.StartNew();
        JudgeOutcome[] outcomes = Native.Run(cases);
        clock.Stop();
        var ends = outcomes.GroupBy(outcome => outcome.Vector).ToDictionary(end => end.Key, end => end.Count());
        TestContext.Out.WriteLine($"{cases.Length / clock.Elapsed.TotalSeconds:f0} cases a second");
        TestContext.Out.WriteLine(string.Join(", ", ends.OrderBy(end => end.Key).Select(end => $"#{end.Key}: {end.Value}")));
        // INTO and BOUND are of the narrow modes alone.
        int[] narrow = Native.CanRun(JudgeMode.Compatibility) ? [4, 5] : [];
        Assert.That(ends.Keys, Is.SupersetOf((int[])[0, 3, 6, 12, 13, 14, 16, 19, .. narrow]));
        Assert.That(ends[JudgeOutcome.Breakpoint], Is.GreaterThan(cases.Length / 2));
    }

    private static ulong[] Value(int register, ulong value)
    {
        ulong[] registers = new ulong[16];
        registers[register] = value;
        return registers;
    }
}
