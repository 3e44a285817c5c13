using Iced.Intel;
using TestLab.Processor.Execution;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Translation;

/// <summary>A loop of one block, whose rounds are charged several at a time, stops at any instruction all the same.</summary>
public sealed unsafe class UnrolledLoopTests
{
    private const ulong Code = 0x1000;
    private const ulong Data = 0x2F00; // The loop walks over the end of this page.
    private const int Rounds = 200;
    private const ulong Warm = 150; // Instructions after which the loop is translated.

    /// <summary>Where the loop's first instruction, behind MOV ECX, holds what it adds.</summary>
    private const ulong Immediate = Code + 5 + 2;

    [OneTimeSetUp]
    public void Prepare() => EagerTranslator.IgnoreWhereTheHostCannot();

    [Test]
    public void ItStopsWhereTheBudgetEndsAndGoesOnFromThere([Range(1, 40)] int step) => Compare(step, c => c.add(rax, __qword_ptr[rsi]));

    [Test]
    public void AStoreIntoTheLoopIsSeenInTheNextRound([Values(1, 7, 1000)] int step) => Compare(step, c =>
    {
        c.add(eax, 1);
        AddressOf(c, Immediate);
        c.mov(__byte_ptr[rbx], cl);
    });

    [Test]
    public void AFaultInTheMiddleOfTheRoundsIsWhereTheInterpreterHasIt([Values(1, 5, 1000)] int step) => Compare(
        step,
        c =>
        {
            AddressOf(c, 1UL << 60); // Not canonical; there are no handlers.
            c.add(rax, __qword_ptr[rbx]);
        },
        CpuExit.Shutdown);

    /// <summary>RBX is the address in one round in the middle, and that of data in all others.</summary>
    private static void AddressOf(Assembler c, ulong address)
    {
        c.mov(rdi, address);
        c.mov(ebx, (int)Data);
        c.cmp(ecx, Rounds / 2);
        c.cmove(rbx, rdi);
    }

    private static void Compare(int step, Action<Assembler> body, CpuExit end = CpuExit.LimitReached)
    {
        using BareMachine interpreter = Start(EagerTranslator.Interpreter, body);
        using BareMachine translator = Start(EagerTranslator.After(8), body);
        CpuExit exit = CpuExit.LimitReached;
        for (ulong clock = Warm; clock < 3000 && exit == CpuExit.LimitReached; clock += (ulong)step)
        {
            exit = interpreter.Cpu.RunUntil(clock);
            Assert.That(translator.Cpu.RunUntil(clock), Is.EqualTo(exit));
            if (!translator.Cpu.Save().AsSpan().SequenceEqual(interpreter.Cpu.Save())) Assert.Fail($"The engines differ at {clock}.");
        }

        Assert.That(exit, Is.EqualTo(end));
        Assert.That(translator.Cpu.Translation?.UnrolledLoops, Is.GreaterThan(0));
    }

    private static BareMachine Start(EngineOptions engine, Action<Assembler> body)
    {
        var machine = new BareMachine(engine: engine);
        var c = new Assembler(64);
        Label loop = c.CreateLabel();
        Label end = c.CreateLabel();
        c.mov(ecx, Rounds);
        c.Label(ref loop);
        body(c);
        c.add(rsi, 8);
        c.dec(ecx);
        c.jnz(loop);
        c.Label(ref end);
        c.jmp(end);
        using var stream = new MemoryStream();
        c.Assemble(new StreamCodeWriter(stream), Code);
        machine.Load(Code, stream.ToArray());
        machine.EnterLong(Code);
        machine.Cpu.State->Rsi = Data;
        machine.Cpu.State->Rbx = Data;
        return machine;
    }
}
