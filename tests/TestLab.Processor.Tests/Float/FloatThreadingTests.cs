using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Float;

/// <summary>
/// Loops over all x87 forms, long enough that a handler which called instead of jumping would overflow the stack.
/// </summary>
public sealed unsafe class FloatThreadingTests
{
    /// <summary>A frame has at least 48 bytes, and the stack 8 MiB.</summary>
    private const int Rounds = 250_000;

    [TestCase(64)]
    [TestCase(32)]
    [TestCase(16)]
    public void EveryFormJumpsToTheNextInstruction(int bitness)
    {
        using FloatMachine machine = new(bitness);
        Assembler assembler = new(bitness);
        Label loop = assembler.CreateLabel();
        assembler.fninit();
        assembler.Label(ref loop);
        int before = assembler.Instructions.Count;
        AddMemoryForms(assembler);
        AddRegisterForms(assembler);
        assembler.sub(ecx, 1);
        assembler.jne(loop);
        int round = assembler.Instructions.Count - before;
        using MemoryStream code = new();
        assembler.Assemble(new StreamCodeWriter(code), FloatMachine.Code);
        machine.Machine.Load(FloatMachine.Code, [.. code.ToArray(), 0xEB, 0xFE]);
        machine.State->Registers[1] = Rounds;
        ulong clock = 1 + (ulong)round * Rounds;
        Assert.Multiple(() =>
        {
            Assert.That(machine.Machine.Cpu.RunUntil(clock), Is.EqualTo(CpuExit.LimitReached));
            Assert.That(machine.Machine.Cpu.Statistics.Exceptions, Is.Zero);
            Assert.That(machine.State->Registers[1], Is.Zero);
            Assert.That(machine.Status & 0x41, Is.Zero, "the loop neither overflows nor underflows");
            Assert.That(machine.State->FloatEmpty, Is.EqualTo(0xFF));
            Assert.That(machine[-1], Is.Not.EqualTo(Float80.Indefinite));
        });
    }

    private static void AddMemoryForms(Assembler c)
    {
        c.fld(__dword_ptr[0x3000]);
        c.fld(__qword_ptr[0x3000]);
        c.fld(__tbyte_ptr[0x3000]);
        c.fild(__word_ptr[0x3000]);
        c.fadd(__dword_ptr[0x3000]);
        c.fmul(__qword_ptr[0x3000]);
        c.fiadd(__dword_ptr[0x3000]);
        c.fisub(__word_ptr[0x3000]);
        c.fcom(__dword_ptr[0x3000]);
        c.ficomp(__word_ptr[0x3000]);
        c.fst(__dword_ptr[0x3010]);
        c.fstp(__qword_ptr[0x3020]);
        c.fistp(__dword_ptr[0x3030]);
        c.fisttp(__qword_ptr[0x3040]);
        c.fnstcw(__word_ptr[0x3050]);
        c.fldcw(__word_ptr[0x3050]);
        c.fnstsw(__word_ptr[0x3060]);
    }

    private static void AddRegisterForms(Assembler c)
    {
        c.fld1();
        c.fldpi();
        c.fld(st1);
        c.faddp(st1, st0);
        c.fsub(st0, st1);
        c.fxch(st0, st1);
        c.fcom(st0, st1);
        c.fucomi(st0, st1);
        c.fcmovb(st0, st1);
        c.fabs();
        c.ftst();
        c.fxam();
        c.fscale();
        c.fst(st1);
        c.fnop();
        c.fincstp();
        c.fdecstp();
        c.wait();
        c.fnstsw(ax);
        c.fcompp();
    }
}
