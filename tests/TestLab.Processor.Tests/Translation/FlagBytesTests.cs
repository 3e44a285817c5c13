using Iced.Intel;
using TestLab.Processor.Execution;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Translation;

/// <summary>Flags that an instruction leaves a byte each are the interpreter's, at a branch, behind a block and on the stack.</summary>
public sealed unsafe class FlagBytesTests
{
    private const ulong Start = 0x1000;
    private const ulong Data = 0x4000;
    private const int Rounds = 2000;

    [OneTimeSetUp]
    public void Prepare() => EagerTranslator.IgnoreWhereTheHostCannot();

    [TestCase("comisd")]
    [TestCase("ptest")]
    [TestCase("pcmpistri 0x0c")]
    [TestCase("pcmpistri 0x3a")]
    [TestCase("pcmpistri 0x41")]
    [TestCase("pcmpestri 0x18")]
    [TestCase("pcmpestri 0x4d")]
    public void BothEnginesSeeTheSame(string instruction)
    {
        byte[] code = Assemble(instruction);
        var data = new byte[2 * Rounds + 32];
        var random = new Random(instruction.Length);
        for (int i = 0; i < data.Length; i++) data[i] = (byte)(random.Next(3) == 0 ? random.Next(3) : random.Next(256));
        (ulong Branches, ulong Settings, ulong Pushed, ulong Index) left = Run(code, data, EagerTranslator.Interpreter);
        Assert.That(Run(code, data, EagerTranslator.Options), Is.EqualTo(left));
        Assert.That(left.Branches, Is.GreaterThan(0UL), "the flags have been looked at");
    }

    private static (ulong Branches, ulong Settings, ulong Pushed, ulong Index) Run(byte[] code, byte[] data, EngineOptions options)
    {
        using var machine = new BareMachine(engine: options);
        machine.Load(Start, code);
        machine.Load(Data, data);
        machine.EnterLong(Start);
        machine.Cpu.State->Rsp = 0x9000;
        machine.Cpu.RunUntil(200 * Rounds);
        return (machine.Cpu.State->Registers[8], machine.Cpu.State->Registers[9], machine.Cpu.State->Registers[10], machine.Cpu.State->Registers[11]);
    }

    private static byte[] Assemble(string instruction)
    {
        var c = new Assembler(64);
        Label loop = c.CreateLabel();
        Label end = c.CreateLabel();
        c.mov(esi, (int)Data);
        c.mov(edi, Rounds);
        c.Label(ref loop);
        c.movdqu(xmm0, __xmmword_ptr[rsi]);
        c.movdqu(xmm1, __xmmword_ptr[rsi + 9]);
        Compare(c, instruction);
        foreach (Action<Label> jump in (Action<Label>[])[c.jb, c.je, c.js, c.jo, c.jp, c.jbe, c.jl])
        {
            Label taken = c.CreateLabel();
            c.jmp(taken); // Behind it the flags come out of a description.
            c.Label(ref taken);
            Label skipped = c.CreateLabel();
            jump(skipped);
            c.lea(r8, __[r8 + r8 * 2 + 1]);
            c.Label(ref skipped);
            c.lea(r8, __[r8 + 5]);
        }

        c.setb(al);
        c.sete(ah);
        c.sets(bl);
        c.seto(bh);
        c.pushfq();
        c.shl(ebx, 16);
        c.movzx(eax, ax);
        c.or(eax, ebx);
        c.rol(r9, 5);
        c.xor(r9, rax);
        c.pop(rax);
        c.rol(r10, 7);
        c.xor(r10, rax);
        c.rol(r11, 3);
        c.xor(r11, rcx);
        c.add(rsi, 2);
        c.dec(edi);
        c.jnz(loop);
        c.Label(ref end);
        c.jmp(end);
        using var stream = new MemoryStream();
        c.Assemble(new StreamCodeWriter(stream), Start);
        return stream.ToArray();
    }

    private static void Compare(Assembler c, string instruction)
    {
        string[] words = instruction.Split(' ');
        byte immediate = words.Length == 1 ? (byte)0 : Convert.ToByte(words[1], 16);
        switch (words[0])
        {
            case "comisd": c.comisd(xmm0, xmm1); break;
            case "ptest": c.ptest(xmm0, xmm1); break;
            case "pcmpistri": c.pcmpistri(xmm0, __xmmword_ptr[rsi + 9], immediate); break;
            default:
                c.mov(eax, 11);
                c.mov(edx, 14);
                c.pcmpestri(xmm0, xmm1, immediate);
                break;
        }
    }
}
