using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Random bytes as code in every mode: the process lives, the run ends, the clock stands at the limit.</summary>
public sealed unsafe class HostileCodeTests
{
    private const ulong CodePlace = 0x10000;
    private const int CodeBytes = 0x8000;
    private const int RunsOfAMachine = 40;

    [Test]
    public void RandomBytesRunInEveryMode([Values("real", "narrow", "protected", "protected user", "paged", "paged user", "virtual", "compatibility",
        "compatibility user", "long", "long user")] string mode)
    {
        Run(mode, seed: 1, machines: 4);
    }

    /// <summary>By hand: --filter Name=RandomBytesRunForMinutes, with TESTLAB_FUZZ_MINUTES and perhaps TESTLAB_FUZZ_SEED set.</summary>
    [Test]
    [Explicit("Runs for as long as TESTLAB_FUZZ_MINUTES says.")]
    public void RandomBytesRunForMinutes()
    {
        int minutes = int.Parse(Environment.GetEnvironmentVariable("TESTLAB_FUZZ_MINUTES") ?? "1");
        long end = Environment.TickCount64 + minutes * 60_000L;
        string[] modes = ["real", "narrow", "protected", "protected user", "paged", "paged user", "virtual", "compatibility",
            "compatibility user", "long", "long user"];
        int first = int.Parse(Environment.GetEnvironmentVariable("TESTLAB_FUZZ_SEED") ?? "1000");
        int seed = first;
        for (; Environment.TickCount64 < end; seed++)
        {
            Run(modes[seed % modes.Length], seed, machines: 2);
            if (seed % 100 == 0) TestContext.Out.WriteLine($"{Environment.WorkingSet >> 20} MiB");
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        TestContext.Out.WriteLine($"{seed - first} seeds from {first}, {Environment.WorkingSet >> 20} MiB");
        Assert.That(Environment.WorkingSet, Is.LessThan(1L << 30));
    }

    private static void Run(string mode, int seed, int machines)
    {
        TestContext.Out.WriteLine($"mode {mode}, seed {seed}");
        var random = new Random(seed);
        ulong ran = 0;
        for (int i = 0; i < machines; i++)
        {
            using SystemMachine machine = Create(mode);
            byte[] initial = machine.Cpu.Save();
            for (int run = 0; run < RunsOfAMachine; run++)
            {
                RunOnce(machine, initial, random);
                ran++;
            }
        }

        Assert.That(ran, Is.EqualTo((ulong)(machines * RunsOfAMachine)));
    }

    private static void RunOnce(SystemMachine machine, byte[] initial, Random random)
    {
        Cpu cpu = machine.Cpu;
        ulong clock = cpu.Clock;
        cpu.Restore(initial);
        cpu.SkipTo(clock);
        byte[] code = new byte[CodeBytes];
        random.NextBytes(code);
        Seed(code, random);
        machine.Bare.Load(CodePlace, code);
        for (int i = 0; i < 16; i++) cpu.State->Registers[i] = RandomRegister(random);
        if (random.Next(2) == 0) cpu.State->Rsp = SystemMachine.Stack;
        cpu.State->Rip = Place(machine, random);
        cpu.State->DebugRegisters[0] = CodePlace + (uint)random.Next(CodeBytes);
        for (int slice = 0; slice < 20; slice++)
        {
            if (random.Next(4) == 0) machine.Bare.PendingInterrupts.Enqueue((byte)random.Next(256));
            ulong limit = cpu.Clock + (ulong)random.Next(1, 500);
            CpuExit exit = cpu.RunUntil(limit);
            if (exit == CpuExit.LimitReached) Assert.That(cpu.Clock, Is.EqualTo(limit));
            else Assert.That(cpu.Clock, Is.LessThanOrEqualTo(limit));
            if (exit == CpuExit.Shutdown) return;
            if (exit != CpuExit.Halted) continue;
            // A handler has been reached, most likely: on with other code.
            cpu.State->Halted = false;
            cpu.State->Rip = Place(machine, random);
        }
    }

    private static ulong Place(SystemMachine machine, Random random)
    {
        ulong offset = (uint)random.Next(CodeBytes);
        bool isFlat = machine.State->Segments[(int)SegmentIndex.Cs].Base == 0;
        return isFlat && (machine.State->Mode & CpuMode.Paragraphs) == 0 ? CodePlace + offset : offset;
    }

    private static ulong RandomRegister(Random random) => random.Next(4) switch
    {
        0 => (ulong)random.NextInt64(),
        1 => (uint)random.Next(0x40_0000),
        2 => (uint)random.Next(64),
        _ => CodePlace + (uint)random.Next(CodeBytes),
    };

    /// <summary>Plants instructions of the system, which random bytes seldom are.</summary>
    private static void Seed(byte[] code, Random random)
    {
        byte[][] planted =
        [
            [0x0F, 0x22], [0x0F, 0x20], [0x0F, 0x23], [0x0F, 0x01], [0x0F, 0x00], [0x0F, 0x30], [0x0F, 0x05], [0x0F, 0x07], [0x0F, 0x34],
            [0xCF], [0x48, 0xCF], [0xCB], [0x9D], [0x8E], [0xEA], [0x9A], [0xFF], [0xF3, 0x6C], [0xF3, 0x6E], [0xF3, 0xA4], [0xF3, 0xAB], [0xFB], [0xCD],
            [0x0F, 0x22, 0xD8], [0x0F, 0x22, 0xE0], [0x0F, 0x22, 0xC0], [0xB9, 0x80, 0, 0, 0xC0, 0x0F, 0x30], [0x0F, 0x23, 0xF8], [0x0F, 0x23, 0xC0],
            [0x9C, 0x81, 0x0C, 0x24, 0, 1, 0, 0, 0x9D], [0xF0], [0x66], [0x67], [0x0F, 0xAE], [0x0F, 0xC7], [0xD9], [0xDD], [0xDB],
        ];
        for (int i = 0; i < CodeBytes / 12; i++)
        {
            byte[] bytes = planted[random.Next(planted.Length)];
            bytes.CopyTo(code, random.Next(CodeBytes - bytes.Length));
        }
    }

    private static SystemMachine Create(string mode)
    {
        SystemMachine machine = mode switch
        {
            "real" => SystemMachine.Real(),
            "narrow" or "protected" => SystemMachine.Protected(),
            "protected user" => SystemMachine.Protected(3),
            "paged" => SystemMachine.Protected(0, 2),
            "paged user" => SystemMachine.Protected(3, 3),
            "virtual" => SystemMachine.Virtual8086(),
            "long" or "compatibility" => SystemMachine.Long(),
            _ => SystemMachine.Long(3),
        };
        ref SegmentRegister code = ref machine.State->Segments[(int)SegmentIndex.Cs];
        if (mode == "narrow")
        {
            code.Attributes &= ~SegmentAttributes.Big;
            code.Base = CodePlace;
            code.Limit = 0xFFFF;
        }
        else if (mode.StartsWith("compatibility", StringComparison.Ordinal))
        {
            code.Attributes = (code.Attributes & ~SegmentAttributes.Long) | SegmentAttributes.Big;
        }
        else if (mode is "real" or "virtual")
        {
            (code.Selector, code.Base) = ((ushort)(CodePlace >> 4), CodePlace);
        }

        machine.Cpu.StateChanged();
        return machine;
    }
}
