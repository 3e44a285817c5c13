using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.State;
using TestLab.Processor.Tests.Translation;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Execution;

/// <summary>Hot code whose segments have bases and limits: branches wrap around and fault where the segment says, in the same page too.</summary>
[TestFixture(EngineKind.Interpreter)]
[TestFixture(EngineKind.Translator)]
public sealed unsafe class SegmentedCodeTests(EngineKind engine)
{
    private const int Iterations = 5000;
    private const ulong Enough = 100_000;
    private const int PageBytes = 0x1000;

    [Test]
    public void AHotLoopStaysInTheEngine([Values] bool isVirtual)
    {
        using BareMachine machine = Create();
        var c = new Assembler(16);
        Label loop = c.CreateLabel();
        Label function = c.CreateLabel();
        c.mov(cx, 50_000);
        c.Label(ref loop);
        c.add(__word_ptr[0x10], cx);
        c.push(cx);
        c.call(function);
        c.pop(cx);
        c.loop(loop);
        c.hlt();
        c.Label(ref function);
        c.add(ax, __word_ptr[0x10]);
        c.ret();
        machine.Load(0x7C00, Assemble(c, 0));
        EnterReal(machine, 0x7C0, 0);
        if (isVirtual) EnterVirtual8086(machine);
        // HLT is privileged, and there are no handlers.
        Assert.That(machine.Cpu.RunUntil(10_000_000), Is.EqualTo(isVirtual ? CpuExit.Shutdown : CpuExit.Halted));
        ushort sum = 0;
        ushort total = 0;
        for (int i = 50_000; i > 0; i--) total += sum += (ushort)i;
        Assert.That((ushort)machine.Cpu.State->Rax, Is.EqualTo(total));
        Assert.That(machine.Cpu.Statistics.EngineEntries, Is.LessThan(1000), "Blocks are linked, or found in the jump cache.");
        if (machine.Cpu.Translation is { } translation) Assert.That(translation.Translated, Is.GreaterThan(2));
    }

    /// <summary>A backward jump from the segment's first bytes leads to its last, not to those before it in the page.</summary>
    [Test]
    public void ABranchWrapsAroundThoughItsPlaceInThePageIsCode()
    {
        using BareMachine machine = Create();
        const ushort selector = 0x108; // The segment begins at 1080h.
        machine.Load(0x1080 + 0x10, Assemble(16, 0x10, c => c.jmp(0xFFF0)));
        machine.Load(0x1080 - 0x10, Assemble(16, 0xFFF0, c => Count(c, ax, 0x10)));
        machine.Load(0x1080 + 0xFFF0, Assemble(16, 0xFFF0, c => Count(c, dx, 0x10)));
        EnterReal(machine, selector, 0x10);
        machine.Cpu.State->Rcx = Iterations;
        machine.Cpu.RunUntil(Enough);
        Assert.That((machine.Cpu.State->Rax, machine.Cpu.State->Rdx), Is.EqualTo((0UL, (ulong)Iterations)));
    }

    /// <summary>The same bytes in two segments: in one of them the branch wraps around, in the other it stays in the page.</summary>
    [Test]
    public void CodeThatTwoSegmentsShareBranchesAsEachOfThemSays()
    {
        using BareMachine machine = Create();
        const ulong shared = 0x1090;
        // From 1080h it is at 10h, and leads to FFF0h; from 1000h it is at 90h, and leads to 70h.
        machine.Load(shared, Assemble(16, 0x90, c => c.jmp(0x70)));
        machine.Load(0x1070, Assemble(16, 0x70, c => CountFar(c, ax, 0x108, 0x10)));
        machine.Load(0x1080 + 0xFFF0, Assemble(16, 0xFFF0, c => CountFar(c, dx, 0x100, 0x90)));
        EnterReal(machine, 0x100, 0x90);
        machine.Cpu.State->Rcx = Iterations;
        machine.Cpu.RunUntil(Enough);
        Assert.That((machine.Cpu.State->Rax, machine.Cpu.State->Rdx), Is.EqualTo((Iterations / 2UL, Iterations / 2UL)));
    }

    [Test]
    public void ABranchBeyondTheLimitFaultsWhereverItsTargetLies([Values(0x1900, 0x2900)] int target, [Values(16, 32)] int bits)
    {
        using BareMachine machine = Create();
        const ulong start = 0x1800;
        const int jump = 0x1810;
        machine.Load(start, Assemble(bits, start, c =>
        {
            Label loop = c.CreateLabel();
            Label over = c.CreateLabel();
            c.Label(ref loop);
            c.inc(eax);
            c.jmp(over);
            c.nop(jump - (int)start - (bits == 16 ? 4 : 3));
            c.Label(ref over);
            c.cmp(eax, Iterations);
            c.jae((ulong)target);
            c.jmp(loop);
        }));
        Pad(machine, bits, (ulong)target);
        machine.EnterProtected(start);
        LimitCode(machine, bits, 0x18FF);
        machine.Cpu.RunUntil(5 * Enough);
        // There are no descriptors for handlers: the fault ends the machine, at the instruction.
        Assert.That(machine.Cpu.RunUntil(5 * Enough), Is.EqualTo(CpuExit.Shutdown));
        Assert.That((int)machine.Cpu.State->Rax, Is.EqualTo(Iterations));
        machine.Memory.TryReadUInt16(machine.Cpu.State->Rip, out ushort opcode);
        Assert.That(opcode == 0x830F || (byte)opcode == 0x73, "It is at JAE.");
    }

    /// <summary>Instructions in a row do not wrap around: the one behind the last byte faults.</summary>
    [Test]
    public void CodeThatRunsOverTheEndOfItsSegmentFaults()
    {
        using BareMachine machine = Create();
        machine.Load(0x1_0000, Assemble(16, 0, c => Count(c, ax, 0xFFF0)));
        machine.Load(0x1_FFF0, Assemble(16, 0xFFF0, c =>
        {
            Label end = c.CreateLabel();
            c.cmp(ax, Iterations);
            c.je(end);
            c.jmp(0);
            c.Label(ref end);
            c.nop();
        }));
        for (ulong address = 0x1_FFF8; address < 0x2_0008; address++) machine.Load(address, [0x90]);
        EnterReal(machine, 0x1000, 0);
        machine.Cpu.State->Rcx = 2 * Iterations;
        machine.Cpu.State->Idtr = default; // No handlers at all.
        Assert.That(machine.Cpu.RunUntil(Enough), Is.EqualTo(CpuExit.Shutdown));
        Assert.That((machine.Cpu.State->Rax, machine.Cpu.State->Rip), Is.EqualTo(((ulong)Iterations, 0x1_0000UL)));
    }

    [TestCase(0x0, false)]
    [TestCase(0x1080, false)]
    [TestCase(0x1080, true)]
    public void AnInstructionAcrossPagesIsWhatTheyHoldNow(int segment, bool is32)
    {
        using BareMachine machine = Create();
        int bits = is32 ? 32 : 16;
        ulong crossing = (ulong)(4 * PageBytes - 2 - segment);
        byte[] code = Assemble(bits, crossing, c =>
        {
            Label loop = c.CreateLabel();
            c.Label(ref loop);
            c.add(eax, 0x1_0001);
            c.xor(__byte_ptr[bx], 3);
            c.dec(cx);
            c.jnz(loop);
            Label end = c.CreateLabel();
            c.Label(ref end);
            c.jmp(end);
        });
        machine.Load(4 * PageBytes - 2, code);
        if (is32)
        {
            machine.EnterProtected(crossing);
            LimitCode(machine, bits, 0xFFFF, (ulong)segment);
        }
        else
        {
            EnterReal(machine, (ushort)(segment >> 4), (ushort)crossing);
        }

        machine.Cpu.State->Rbx = (ulong)(4 * PageBytes - 2 + (is32 ? 3 : 4)); // The third byte of the addend.
        machine.Cpu.State->Rcx = Iterations;
        machine.Cpu.RunUntil(Enough);
        Assert.That(machine.Cpu.State->Rax, Is.EqualTo((ulong)(Iterations / 2 * (0x1_0001 + 0x2_0001))));
    }

    private BareMachine Create() => new(engine: engine == EngineKind.Translator ? EagerTranslator.Options : EagerTranslator.Interpreter);

    private static void EnterReal(BareMachine machine, ushort selector, ushort offset)
    {
        machine.EnterReal(selector, offset);
        machine.Cpu.State->Rsp = 0x6000;
        machine.Cpu.State->Rdx = 0; // At reset it says what processor this is.
        Assert.That(machine.Cpu.TryLoadSegment(SegmentIndex.Ds, 0));
    }

    /// <summary>From real-address mode, with the same segments.</summary>
    private static void EnterVirtual8086(BareMachine machine)
    {
        CpuState* s = machine.Cpu.State;
        s->Cr0 |= ControlRegisters.ProtectionEnable;
        s->SystemFlags |= SystemFlags.Virtual8086;
        s->CurrentPrivilegeLevel = 3;
        machine.Cpu.StateChanged();
    }

    /// <summary>Counts a run in a register, and goes on there until CX is 0; then it stays.</summary>
    private static void Count(Assembler c, AssemblerRegister16 register, ulong next)
    {
        Label end = c.CreateLabel();
        c.inc(register);
        c.dec(cx);
        c.je(end);
        c.jmp(next);
        c.Label(ref end);
        c.jmp(end);
    }

    private static void CountFar(Assembler c, AssemblerRegister16 register, ushort selector, ushort next)
    {
        Label end = c.CreateLabel();
        c.inc(register);
        c.dec(cx);
        c.je(end);
        c.AddInstruction(Instruction.CreateBranch(Code.Jmp_ptr1616, selector, next));
        c.Label(ref end);
        c.jmp(end);
    }

    private static void Pad(BareMachine machine, int bits, ulong address) =>
        machine.Load(address, Assemble(bits, address, c => Count(c, dx, address)));

    private static void LimitCode(BareMachine machine, int bits, uint limit, ulong @base = 0)
    {
        ref SegmentRegister code = ref machine.Cpu.State->Segments[(int)SegmentIndex.Cs];
        (code.Base, code.Limit) = (@base, limit);
        if (bits == 16) code.Attributes &= ~SegmentAttributes.Big;
        machine.Cpu.StateChanged();
    }

    private static byte[] Assemble(int bits, ulong address, Action<Assembler> write)
    {
        var c = new Assembler(bits);
        write(c);
        return Assemble(c, address);
    }

    private static byte[] Assemble(Assembler assembler, ulong address)
    {
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
