using System.Globalization;
using TestLab.Processor.Execution;

namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>
/// Both engines run random programs in step: at every stop, wherever the budget puts it, the whole state is equal, whatever
/// faults, traps and interrupts have come until then.
/// </summary>
/// <remarks>By hand: TESTLAB_PROGRAM_SEED and TESTLAB_PROGRAM_COUNT say which programs <see cref="ManyProgramsAgree"/> runs.</remarks>
internal sealed class ProgramLockStepTests
{
    private static readonly (ProgramMode Mode, bool IsUser)[] s_modes =
    [
        (ProgramMode.Long, false), (ProgramMode.Long, true),
        (ProgramMode.Compatibility, false), (ProgramMode.Compatibility, true),
        (ProgramMode.Protected32, false), (ProgramMode.Protected32, true),
        (ProgramMode.Protected16, false), (ProgramMode.Real, false),
    ];

    [OneTimeSetUp]
    public void Prepare() => EagerTranslator.IgnoreWhereTheHostCannot();

    [Test]
    public void ProgramsAgree([Range(0, 7)] int mode) => Compare(mode, 1, 10, shape => shape);

    [Test]
    public void ProgramsThatChangeTheirCodeAgree([Range(0, 7)] int mode) =>
        Compare(mode, 101, 10, shape => shape with { ChangesItself = true });

    [Test]
    public void ProgramsThatTraceThemselvesAgree([Range(0, 7)] int mode) => Compare(mode, 201, 6, shape => shape with { Steps = true });

    [Test]
    public void ProgramsInSegmentsWithBasesAndLimitsAgree([Range(2, 7)] int mode) =>
        Compare(mode, 301, 6, shape => shape with { LoadsSegments = true });

    [Test]
    public void ProgramsAgreeWhereOnlyHotBlocksAreTranslated([Range(0, 7)] int mode)
    {
        for (int threshold = 1; threshold <= 7; threshold++)
        {
            EngineOptions options = EagerTranslator.After(threshold);
            options = options with { Translator = options.Translator with { TakesShortBlocks = false } };
            Compare(mode, 400 + threshold, 1, Everything, _ => options);
        }
    }

    [Test, Category("Slow")]
    public void ManyProgramsAgree([Range(0, 7)] int mode) =>
        Compare(mode, Setting("SEED", 10_000), Setting("COUNT", 40), Everything, seed => EagerTranslator.After(1 + 2 * (seed % 4)));

    private static ProgramShape Everything(ProgramShape shape) => shape with
    {
        ChangesItself = shape.Seed % 2 == 0,
        Steps = shape.Seed % 3 == 0,
        LoadsSegments = shape.Mode != ProgramMode.Long && shape.Seed % 5 == 0,
    };

    private static void Compare(int mode, int firstSeed, int count, Func<ProgramShape, ProgramShape> with, Func<int, EngineOptions>? options = null)
    {
        (ProgramMode programMode, bool isUser) = s_modes[mode];
        var total = new ProgramRun();
        for (int seed = firstSeed; seed < firstSeed + count; seed++)
        {
            ProgramShape shape = with(new ProgramShape(seed, programMode) { IsUser = isUser });
            total += ProgramLockStep.Run(shape, options?.Invoke(seed) ?? EagerTranslator.Options);
        }

        TestContext.Out.WriteLine($"{programMode}{(isUser ? " user" : "")}: {total}");
        Assert.Multiple(() =>
        {
            Assert.That(total.Instructions, Is.GreaterThan(count * 50_000L), "instructions");
            Assert.That(total.Interrupts, Is.GreaterThan(count), "interrupts");
            Assert.That(total.Units, Is.GreaterThan(count * 10), "translated units");
        });
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable("TESTLAB_PROGRAM_" + name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
