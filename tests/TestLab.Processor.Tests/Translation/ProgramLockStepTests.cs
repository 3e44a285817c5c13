using TestLab.Processor.Execution;
using TestLab.Processor.State;
using TestLab.Processor.Tests.Judge;

namespace TestLab.Processor.Tests.Translation;

/// <summary>Both engines run random programs in step: at every stop, wherever the budget puts it, the whole state is equal.</summary>
public sealed unsafe class ProgramLockStepTests
{
    private const ulong MemoryBytes = 1 << 20;

    [OneTimeSetUp]
    public void Prepare() => EagerTranslator.IgnoreWhereTheHostCannot();

    [Test]
    public void ProgramsOf64BitsAgree([Range(1, 20)] int seed) => Compare(seed, is64: true, EagerTranslator.Options);

    [Test]
    public void ProgramsOf32BitsAgree([Range(101, 115)] int seed) => Compare(seed, is64: false, EagerTranslator.Options);

    [Test]
    public void ProgramsAgreeWhereOnlyHotBlocksAreTranslated([Range(201, 210)] int seed) => Compare(
        seed,
        is64: seed % 2 == 0,
        EagerTranslator.Options with { Translator = EagerTranslator.Options.Translator with { Threshold = 1 + seed % 7, TakesShortBlocks = false } });

    private static void Compare(int seed, bool is64, EngineOptions options)
    {
        using BareMachine interpreter = Start(seed, is64, EagerTranslator.Interpreter);
        using BareMachine translator = Start(seed, is64, options);
        var random = new Random(seed);
        ulong clock = 0;
        for (int stop = 0; stop < 400; stop++)
        {
            ulong from = clock;
            clock += (ulong)random.Next(1, random.Next(3) == 0 ? 4000 : 40);
            CpuExit left = interpreter.Cpu.RunUntil(clock);
            CpuExit right = translator.Cpu.RunUntil(clock);
            Assert.That(right, Is.EqualTo(left));
            if (!interpreter.Cpu.Save().AsSpan().SequenceEqual(translator.Cpu.Save()))
                Assert.Fail($"seed {seed}, between {from} and {clock}:\n{Difference(interpreter.Cpu.State, translator.Cpu.State)}");
        }

        for (int page = 0; page < interpreter.Memory.PageCount; page++)
        {
            Assert.That(
                translator.Memory.PageContent(page).SequenceEqual(interpreter.Memory.PageContent(page)), Is.True, $"seed {seed}, page {page}");
        }
    }

    private static string Difference(CpuState* left, CpuState* right)
    {
        var lines = new List<string> { $"interpreter at {left->Rip:x}, translator at {right->Rip:x}" };
        for (int i = 0; i < 16; i++)
            if (left->Registers[i] != right->Registers[i]) lines.Add($"r{i}: {left->Registers[i]:x} | {right->Registers[i]:x}");
        lines.Add($"flags: {Flags.ReadAll(left):x} | {Flags.ReadAll(right):x}");
        return string.Join('\n', lines);
    }

    private static BareMachine Start(int seed, bool is64, EngineOptions options)
    {
        var machine = new BareMachine(MemoryBytes, engine: options);
        machine.Load(RandomProgram.Code, RandomProgram.Create(seed, is64));
        byte[] data = new byte[0x2000];
        new Random(seed).NextBytes(data);
        machine.Load(RandomProgram.Data, data);
        if (is64) machine.EnterLong(RandomProgram.Code);
        else machine.EnterProtected(RandomProgram.Code);
        CpuState* s = machine.Cpu.State;
        var random = new Random(seed);
        for (int i = 0; i < 16; i++) s->Registers[i] = (ulong)random.NextInt64();
        s->Rbx = RandomProgram.Data;
        s->Rsp = RandomProgram.Stack;
        return machine;
    }
}
