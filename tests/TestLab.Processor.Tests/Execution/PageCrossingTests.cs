using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Tests.Translation;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Execution;

/// <summary>A hot instruction that reaches into the next page is the one that the two pages hold now.</summary>
[TestFixture(EngineKind.Interpreter)]
[TestFixture(EngineKind.Translator)]
public sealed unsafe class PageCrossingTests(EngineKind engine)
{
    private const ulong Directory = 0x82000; // Of BareMachine: an entry for 2 MiB.
    private const ulong PageTable = 0x86000;
    private const ulong PhysicalFirst = 0x10000;
    private const ulong PhysicalSecond = 0x11000;
    private const ulong PhysicalOther = 0x12000;
    private const ulong First = 0x20_0000; // Linear.
    private const ulong Second = First + 0x1000;
    private const ulong Start = First + 0xF80;
    private const ulong Loop = Start + 5; // Behind MOV ECX.
    private const ulong Crossing = Second - 3;
    private const int Iterations = 1000;
    private const int Addend = 0x1_0001;
    private const int OtherAddend = 0x2_0001;

    [Test]
    public void AWriteToItsEndIsSeen()
    {
        ulong sum = Run(c => c.mov(__byte_ptr[PhysicalSecond + 1], OtherAddend >> 16));
        Assert.That(sum, Is.EqualTo(Iterations / 2 * (Addend + (ulong)OtherAddend)));
    }

    [Test]
    public void WritingItsEndAgainAndAgainCostsNoMoreEachTime()
    {
        // Each write kills the block, and the next run decodes it anew: the dead ones must not be looked at for ever.
        const int writes = 300_000;
        using BareMachine machine = Prepare(change: _ => { }, iterations: writes, each: c => c.inc(__byte_ptr[PhysicalSecond]));
        machine.Cpu.RunUntil(10 * writes);
        ulong sum = 0;
        for (int i = 1; i <= writes; i++) sum += Addend & ~0xFF00UL | (ulong)((byte)i << 8);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo(sum));
    }

    [Test]
    public void AnotherSecondPageIsSeen()
    {
        ulong sum = Run(c =>
        {
            c.mov(__qword_ptr[PageTable + 8], (int)PhysicalOther | 7);
            c.mov(edi, (int)Second);
            c.invlpg(__[rdi]);
        });
        Assert.That(sum, Is.EqualTo(Iterations / 2 * (Addend + (ulong)OtherAddend)));
    }

    [Test]
    public void ASecondPageThatMayNotBeExecutedFaults()
    {
        using BareMachine machine = Prepare(c =>
        {
            c.mov(__byte_ptr[PageTable + 8 + 7], 0x80); // No execute.
            c.mov(edi, (int)Second);
            c.invlpg(__[rdi]);
        });
        // There are no descriptors for handlers: the fault ends the machine, at the instruction.
        Assert.That(machine.Cpu.RunUntil(100_000), Is.EqualTo(CpuExit.Shutdown));
        Assert.That((machine.Cpu.State->Rip, machine.Cpu.State->Rax), Is.EqualTo((Crossing, Iterations / 2 * (ulong)Addend)));
        Assert.That(machine.Cpu.State->Cr2, Is.EqualTo(Second));
    }

    private ulong Run(Action<Assembler> change)
    {
        using BareMachine machine = Prepare(change);
        machine.Cpu.RunUntil(100_000);
        return machine.Cpu.State->Rax;
    }

    /// <summary>A loop that adds a constant, and makes the change when it is half through.</summary>
    private BareMachine Prepare(Action<Assembler> change, int iterations = Iterations, Action<Assembler>? each = null)
    {
        var machine = new BareMachine(engine: engine == EngineKind.Translator ? EagerTranslator.Options : EagerTranslator.Interpreter);
        var start = new Assembler(64);
        Label skip = start.CreateLabel();
        start.mov(ecx, iterations);
        each?.Invoke(start);
        start.cmp(ecx, iterations / 2);
        start.jne(skip);
        change(start);
        start.Label(ref skip);
        start.jmp(Crossing);
        machine.Load(PhysicalFirst + (Start - First), Assemble(start, Start));
        foreach ((ulong page, int addend) in ((ulong, int)[])[(PhysicalSecond, Addend), (PhysicalOther, OtherAddend)])
        {
            var end = new Assembler(64);
            end.add(rax, addend);
            end.dec(ecx);
            end.jnz(Loop);
            Label forEver = end.CreateLabel();
            end.Label(ref forEver);
            end.jmp(forEver);
            byte[] bytes = Assemble(end, Crossing);
            machine.Load(PhysicalFirst + (Crossing - First), bytes.AsSpan(0, 3));
            machine.Load(page, bytes.AsSpan(3));
        }

        machine.EnterLong(Start);
        machine.Memory.TryWriteUInt64(Directory + 8, PageTable | 7);
        machine.Memory.TryWriteUInt64(PageTable, PhysicalFirst | 7);
        machine.Memory.TryWriteUInt64(PageTable + 8, PhysicalSecond | 7);
        return machine;
    }

    private static byte[] Assemble(Assembler assembler, ulong address)
    {
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
