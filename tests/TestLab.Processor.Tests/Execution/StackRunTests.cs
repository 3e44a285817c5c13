using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Tests.Translation;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Execution;

/// <summary>PUSH and CALL, POP and RET in a row are as they would be one by one, wherever the stack lies and whatever fails.</summary>
[TestFixture(EngineKind.Interpreter)]
[TestFixture(EngineKind.Translator)]
public sealed unsafe class StackRunTests(EngineKind engine)
{
    private const ulong Directory = 0x82000; // Of BareMachine: an entry for 2 MiB.
    private const ulong PageTable = 0x86000;
    private const ulong Start = 0x1000;
    private const ulong PhysicalStack = 0x20000; // Two pages.
    private const ulong Device = 0x40_0000; // Beyond the memory.
    private const ulong Stack = 0x20_0000; // Linear.
    private const ulong Border = Stack + 0x1000;
    private const int Iterations = 300;
    private const ulong First = 0x1111_2222_3333_4444;
    private const ulong Second = 0x5555_6666_7777_8888;

    /// <summary>Both runs, and each of their words, come to lie on either side of the border between two pages.</summary>
    [Test]
    public void CallsAcrossTheBorderOfPagesKeepTheirWords([Range(-64, 64, 8)] int distance)
    {
        var c = new Assembler(64);
        Label function = c.CreateLabel();
        Label behind = c.CreateLabel();
        BeginLoop(c, out Label loop);
        c.push(rsi);
        c.push(r14);
        c.call(function);
        c.Label(ref behind);
        c.pop(r14);
        c.pop(rsi);
        EndLoop(c, loop);
        c.Label(ref function);
        c.push(rbp);
        c.push(r10);
        c.add(rax, rcx);
        c.xor(ebp, ebp);
        c.xor(r10d, r10d);
        c.pop(r10);
        c.pop(rbp);
        c.ret();
        ulong top = Border + (ulong)distance;
        using BareMachine machine = Prepare(c, top, out AssemblerResult code);
        machine.Cpu.RunUntil(20 * Iterations);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo((ulong)Iterations * (Iterations + 1) / 2));
        Assert.That(Registers(machine), Is.EqualTo((top, First, Second, First + 1, Second + 1)));
        ulong[] expected = [First, Second, code.GetLabelRIP(behind), First + 1, Second + 1];
        Assert.That(Words(machine, top, expected.Length), Is.EqualTo(expected));
    }

    [TestCase(8, 1)]
    [TestCase(16, 2)]
    public void AWordThatCannotBePushedFaultsBehindThoseThatCan(int left, int pushed)
    {
        var c = new Assembler(64);
        Label function = c.CreateLabel();
        Label[] places = [c.CreateLabel(), c.CreateLabel(), c.CreateLabel()];
        BeginLoop(c, out Label loop);
        MoveStackHalfway(c, Border + (ulong)left);
        c.Label(ref places[0]);
        c.push(rsi);
        c.Label(ref places[1]);
        c.push(r14);
        c.Label(ref places[2]);
        c.call(function);
        c.add(rsp, 16);
        EndLoop(c, loop);
        c.Label(ref function);
        c.ret();
        using BareMachine machine = Prepare(c, Border + 0x800, out AssemblerResult code);
        machine.Memory.TryWriteUInt64(PageTable, 0);
        // There are no descriptors for handlers: the fault ends the machine, at the instruction.
        Assert.That(machine.Cpu.RunUntil(20 * Iterations), Is.EqualTo(CpuExit.Shutdown));
        Assert.That(machine.Cpu.State->Rip, Is.EqualTo(code.GetLabelRIP(places[pushed])));
        Assert.That((machine.Cpu.State->Rsp, machine.Cpu.State->Cr2), Is.EqualTo((Border, Border - 8)));
        Assert.That(Words(machine, Border + (ulong)left, pushed), Is.EqualTo(new[] { First, Second }[..pushed]));
    }

    [TestCase(8, 1)]
    [TestCase(16, 2)]
    public void AWordThatCannotBePoppedFaultsBehindThoseThatCan(int left, int popped)
    {
        var c = new Assembler(64);
        Label function = c.CreateLabel();
        Label[] places = [c.CreateLabel(), c.CreateLabel(), c.CreateLabel()];
        BeginLoop(c, out Label loop);
        c.call(function);
        EndLoop(c, loop);
        c.Label(ref function);
        c.sub(rsp, 16);
        MoveStackHalfway(c, Border - (ulong)left);
        c.Label(ref places[0]);
        c.pop(rsi);
        c.Label(ref places[1]);
        c.pop(r14);
        c.Label(ref places[2]);
        c.ret();
        using BareMachine machine = Prepare(c, Stack + 0x800, out AssemblerResult code);
        machine.Memory.TryWriteUInt64(PageTable + 8, 0);
        machine.Memory.TryWriteUInt64(PhysicalStack + 0x1000 - 8, 78);
        machine.Memory.TryWriteUInt64(PhysicalStack + 0x1000 - 16, 77);
        Assert.That(machine.Cpu.RunUntil(20 * Iterations), Is.EqualTo(CpuExit.Shutdown));
        Assert.That(machine.Cpu.State->Rip, Is.EqualTo(code.GetLabelRIP(places[popped])));
        Assert.That((machine.Cpu.State->Rsp, machine.Cpu.State->Cr2), Is.EqualTo((Border, Border)));
        Assert.That(machine.Cpu.State->Rsi, Is.EqualTo(popped == 1 ? 78UL : 77UL));
        if (popped == 2) Assert.That(machine.Cpu.State->Registers[14], Is.EqualTo(78UL));
    }

    /// <summary>The stack lies in the code: what is pushed becomes the constant that is loaded next.</summary>
    [Test]
    public void PushedWordsChangeTheCodeBehindThem()
    {
        var c = new Assembler(64);
        Label patched = c.CreateLabel();
        BeginLoop(c, out Label loop);
        c.lea(rsp, __[patched]);
        c.add(rsp, 2 + 8 + 8); // Behind the constant, and the word that is pushed before it.
        c.push(rdi);
        c.push(rcx);
        c.add(rsp, 16);
        c.Label(ref patched);
        c.mov(rdx, Second);
        for (int i = 0; i < 8; i++) c.nop(); // Where the first word goes: it pushes what is there.
        c.add(rax, rdx);
        EndLoop(c, loop);
        using BareMachine machine = Prepare(c, Border, out _);
        machine.Cpu.State->Rdi = 0x9090_9090_9090_9090;
        machine.Cpu.RunUntil(40 * Iterations);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo((ulong)Iterations * (Iterations + 1) / 2));
    }

    /// <summary>A stack where there is no memory: every word is an access of a device, which gives ones.</summary>
    [Test]
    public void WordsOfADevicePassOneByOne()
    {
        var c = new Assembler(64);
        BeginLoop(c, out Label loop);
        MoveStackHalfway(c, Stack + 0x800);
        c.push(rsi);
        c.push(r14);
        c.pop(rbp);
        c.pop(rdx);
        c.add(rax, rcx);
        EndLoop(c, loop);
        using BareMachine machine = Prepare(c, Border + 0x800, out _);
        machine.Memory.TryWriteUInt64(PageTable, Device | 7);
        machine.Cpu.RunUntil(40 * Iterations);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo((ulong)Iterations * (Iterations + 1) / 2));
        Assert.That(machine.Cpu.State->Rsp, Is.EqualTo(Stack + 0x800));
        Assert.That((machine.Cpu.State->Rbp, machine.Cpu.State->Rdx), Is.EqualTo((ulong.MaxValue, ulong.MaxValue)));
    }

    /// <summary>The page is mapped elsewhere while the run is hot: words go to where it lies now.</summary>
    [Test]
    public void WordsGoToWhereThePageLiesNow()
    {
        var c = new Assembler(64);
        Label skip = c.CreateLabel();
        BeginLoop(c, out Label loop);
        c.cmp(ecx, Iterations / 2);
        c.jne(skip);
        c.mov(__qword_ptr[PageTable], (int)(PhysicalStack + 0x2000) | 7);
        c.mov(edi, (int)Stack);
        c.invlpg(__[rdi]);
        c.Label(ref skip);
        c.mov(edx, ecx);
        c.push(rdx);
        c.push(rdx);
        c.pop(rsi);
        c.pop(r14);
        c.add(rax, rsi);
        EndLoop(c, loop);
        using BareMachine machine = Prepare(c, Stack + 0x800, out _);
        machine.Cpu.RunUntil(40 * Iterations);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo((ulong)Iterations * (Iterations + 1) / 2));
        Assert.That(WordAt(machine, PhysicalStack + 0x7F8), Is.EqualTo((ulong)Iterations / 2 + 1));
        Assert.That(WordAt(machine, PhysicalStack + 0x27F8), Is.EqualTo(1UL));
    }

    private static void BeginLoop(Assembler c, out Label loop)
    {
        loop = c.CreateLabel();
        c.mov(ecx, Iterations);
        c.Label(ref loop);
    }

    private static void EndLoop(Assembler c, Label loop)
    {
        c.dec(ecx);
        c.jnz(loop);
        Label forEver = c.CreateLabel();
        c.Label(ref forEver);
        c.jmp(forEver);
    }

    private static void MoveStackHalfway(Assembler c, ulong top)
    {
        Label skip = c.CreateLabel();
        c.cmp(ecx, Iterations / 2);
        c.jne(skip);
        c.mov(esp, (int)top);
        c.Label(ref skip);
        c.nop();
    }

    private BareMachine Prepare(Assembler c, ulong top, out AssemblerResult code)
    {
        var machine = new BareMachine(engine: engine == EngineKind.Translator ? EagerTranslator.Options : EagerTranslator.Interpreter);
        using var stream = new MemoryStream();
        code = c.Assemble(new StreamCodeWriter(stream), Start, BlockEncoderOptions.ReturnNewInstructionOffsets);
        machine.Load(Start, stream.ToArray());
        machine.EnterLong(Start);
        machine.Memory.TryWriteUInt64(Directory + 8, PageTable | 7);
        machine.Memory.TryWriteUInt64(PageTable, PhysicalStack | 7);
        machine.Memory.TryWriteUInt64(PageTable + 8, (PhysicalStack + 0x1000) | 7);
        machine.Cpu.State->Rsp = top;
        machine.Cpu.State->Rsi = First;
        machine.Cpu.State->Registers[14] = Second;
        machine.Cpu.State->Rbp = First + 1;
        machine.Cpu.State->Registers[10] = Second + 1;
        return machine;
    }

    private static (ulong Top, ulong Rsi, ulong R14, ulong Rbp, ulong R10) Registers(BareMachine machine)
    {
        Processor.State.CpuState* s = machine.Cpu.State;
        return (s->Rsp, s->Rsi, s->Registers[14], s->Rbp, s->Registers[10]);
    }

    /// <summary>What lies below a place in the stack, downwards.</summary>
    private static ulong[] Words(BareMachine machine, ulong top, int count) =>
        [.. Enumerable.Range(1, count).Select(i => WordAt(machine, PhysicalStack + (top - Stack) - 8 * (ulong)i))];

    private static ulong WordAt(BareMachine machine, ulong physical)
    {
        Span<byte> bytes = stackalloc byte[8];
        Assert.That(machine.Memory.TryRead(physical, bytes), Is.True);
        return BitConverter.ToUInt64(bytes);
    }
}
