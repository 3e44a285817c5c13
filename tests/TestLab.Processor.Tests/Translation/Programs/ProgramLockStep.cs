using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>Runs one program in both engines, stops them at random counts, and compares all that a guest can see.</summary>
internal static unsafe class ProgramLockStep
{
    private const int Stops = 400;
    private const int LongStretch = 4000;
    private const int ShortStretch = 40;

    public static ProgramRun Run(ProgramShape shape, EngineOptions options)
    {
        using BareMachine interpreter = ProgramMachine.Start(shape, EagerTranslator.Interpreter);
        using BareMachine translator = ProgramMachine.Start(shape, options);
        var random = new Random(shape.Seed);
        ulong clock = 0;
        for (int stop = 0; stop < Stops; stop++)
        {
            ulong from = clock;
            clock += (ulong)random.Next(1, random.Next(3) == 0 ? LongStretch : ShortStretch);
            if (random.Next(4) == 0)
            {
                byte vector = (byte)(ProgramHandlers.FirstInterrupt + random.Next(ProgramHandlers.InterruptCount));
                interpreter.PendingInterrupts.Enqueue(vector);
                translator.PendingInterrupts.Enqueue(vector);
            }

            CpuExit left = interpreter.Cpu.RunUntil(clock);
            CpuExit right = translator.Cpu.RunUntil(clock);
            Assert.That(right, Is.EqualTo(left), $"{shape}, between {from} and {clock}");
            if (!interpreter.Cpu.Save().AsSpan().SequenceEqual(translator.Cpu.Save()))
                Assert.Fail($"{shape}, between {from} and {clock}:\n{Difference(interpreter.Cpu.State, translator.Cpu.State)}");
            CompareMemory(shape, interpreter, translator, clock);
            if (left == CpuExit.Shutdown) break; // Segments with limits can leave no stack to deliver a fault on.
            Assert.That(left, Is.EqualTo(CpuExit.LimitReached), $"{shape} has ended between {from} and {clock}: {Describe(interpreter.Cpu.State)}");
        }

        CpuStatistics statistics = translator.Cpu.Statistics;
        return new ProgramRun(
            (long)clock, (long)statistics.Interrupts, (long)statistics.Exceptions, translator.Cpu.Translation?.Translated ?? 0);
    }

    private static void CompareMemory(ProgramShape shape, BareMachine interpreter, BareMachine translator, ulong clock)
    {
        for (int page = 0; page < interpreter.Memory.PageCount; page++)
        {
            if (!translator.Memory.PageContent(page).SequenceEqual(interpreter.Memory.PageContent(page)))
                Assert.Fail($"{shape}, page {page:x} at {clock}");
        }
    }

    private static string Describe(CpuState* s) =>
        $"at {s->Segments[(int)SegmentIndex.Cs].Selector:x}:{s->Rip:x}, stack {s->Segments[(int)SegmentIndex.Ss].Selector:x}:{s->Rsp:x}";

    private static string Difference(CpuState* left, CpuState* right)
    {
        var lines = new List<string> { $"interpreter at {left->Rip:x}, translator at {right->Rip:x}" };
        for (int i = 0; i < 16; i++)
            if (left->Registers[i] != right->Registers[i]) lines.Add($"r{i}: {left->Registers[i]:x} | {right->Registers[i]:x}");
        lines.Add($"flags: {Flags.ReadAll(left):x} | {Flags.ReadAll(right):x}");
        return string.Join('\n', lines);
    }
}
