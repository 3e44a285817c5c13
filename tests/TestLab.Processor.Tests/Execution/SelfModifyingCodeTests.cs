using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.State;
using TestLab.Processor.Tests.Translation;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Execution;

/// <summary>A store to code takes effect at the next instruction, wherever that lies.</summary>
[TestFixture(EngineKind.Interpreter)]
[TestFixture(EngineKind.Translator)]
public sealed unsafe class SelfModifyingCodeTests(EngineKind engine)
{
    private const ulong Start = 0x1000;

    [Test]
    public void AStoreChangesTheNextInstructionOfItsOwnBlock()
    {
        var c = new Assembler(64);
        Label patched = c.CreateLabel();
        Label end = c.CreateLabel();
        c.lea(rdi, __[patched]);
        c.mov(__byte_ptr[rdi + 1], 7);
        c.Label(ref patched);
        c.mov(al, 1);
        c.Label(ref end);
        c.jmp(end);
        using BareMachine machine = Run(c, 10);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo(7UL));
    }

    [Test]
    public void ALoopThatCountsInItsOwnImmediateSeesEachValue()
    {
        var c = new Assembler(64);
        Label loop = c.CreateLabel();
        Label end = c.CreateLabel();
        c.mov(ecx, 100);
        c.lea(rdi, __[loop]);
        c.Label(ref loop);
        c.add(rax, 0x01000000);
        c.inc(__byte_ptr[rdi + 5]); // The top byte of the immediate.
        c.dec(ecx);
        c.jnz(loop);
        c.Label(ref end);
        c.jmp(end);
        using BareMachine machine = Run(c, 1000);
        // 1 + 2 + ... + 100, sign-extended from a byte by the encoding.
        long expected = Enumerable.Range(1, 100).Sum(i => (long)(sbyte)i << 24);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo((ulong)expected));
    }

    [Test]
    public void ABlockInTheMiddleOfAHotLoopMayChange()
    {
        var c = new Assembler(64);
        Label loop = c.CreateLabel();
        Label patched = c.CreateLabel();
        Label even = c.CreateLabel();
        Label next = c.CreateLabel();
        Label end = c.CreateLabel();
        c.mov(ecx, 1000);
        c.lea(rdi, __[patched]);
        c.Label(ref loop);
        c.inc(rax);
        c.test(ecx, 1);
        c.jz(even);
        c.Label(ref patched);
        c.add(rbx, 1);
        c.Label(ref even);
        c.cmp(ecx, 500);
        c.jne(next);
        c.mov(__byte_ptr[rdi + 3], 100); // The immediate.
        c.Label(ref next);
        c.dec(ecx);
        c.jnz(loop);
        c.Label(ref end);
        c.jmp(end);
        using BareMachine machine = Run(c, 10_000);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo(1000UL));
        Assert.That(machine.Cpu.State->Rbx, Is.EqualTo(250UL * 1 + 250 * 100));
    }

    [Test]
    public void DataBesideCodeInOnePageIsWrittenWithoutHarm()
    {
        var c = new Assembler(64);
        Label loop = c.CreateLabel();
        Label end = c.CreateLabel();
        c.mov(ecx, 1000);
        c.Label(ref loop);
        c.inc(__qword_ptr[Start + 0x800]);
        c.dec(ecx);
        c.jnz(loop);
        c.Label(ref end);
        c.jmp(end);
        using BareMachine machine = Run(c, 5000);
        machine.Memory.TryReadUInt64(Start + 0x800, out ulong count);
        Assert.That(count, Is.EqualTo(1000UL));
    }

    [Test]
    public void ADeviceThatWritesCodeIsSeenToo()
    {
        var c = new Assembler(64);
        Label loop = c.CreateLabel();
        c.Label(ref loop);
        c.mov(eax, 1);
        c.jmp(loop);
        using BareMachine machine = Run(c, 100);
        machine.Load(Start + 1, [9]);
        machine.Cpu.RunUntil(200);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo(9UL));
    }

    [Test]
    public void CodeOnTwoPagesIsDecodedAnewWhenTheSecondChanges()
    {
        using BareMachine machine = Create();
        // mov eax, imm32 with two bytes on each page; jmp back.
        machine.Load(0x1FFD, [0xB8, 1, 0, 0, 0, 0xEB, 0xF9]);
        machine.EnterLong(0x1FFD);
        machine.Cpu.RunUntil(10);
        machine.Load(0x2000, [1]);
        machine.Cpu.RunUntil(20);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo(0x10001UL));
    }

    [OneTimeSetUp]
    public void Prepare()
    {
        if (engine == EngineKind.Translator) EagerTranslator.IgnoreWhereTheHostCannot();
    }

    private BareMachine Create() =>
        new(engine: engine == EngineKind.Translator ? EagerTranslator.Options : EagerTranslator.Interpreter);

    private BareMachine Run(Assembler c, ulong instructions)
    {
        using var stream = new MemoryStream();
        c.Assemble(new StreamCodeWriter(stream), Start);
        BareMachine machine = Create();
        machine.Load(Start, stream.ToArray());
        machine.EnterLong(Start);
        machine.Cpu.RunUntil(instructions);
        return machine;
    }
}
