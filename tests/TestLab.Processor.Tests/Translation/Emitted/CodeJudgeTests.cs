using Iced.Intel;
using TestLab.Processor.State;
using TestLab.Processor.Translation;
using TestLab.Processor.Translation.Host;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>What the judge of emitted code lets pass, and what it does not.</summary>
internal sealed unsafe class CodeJudgeTests : CodeLayoutTest
{
    private const int ReadSlot = 4;
    private const int WriteSlot = 5;
    private const int WideSlot = 6;

    [Test]
    public void AccessesBehindTheirChecksPass()
    {
        Assert.That(Judge(c =>
        {
            Check(c, ReadSlot);
            c.mov(rax, __[r10]);
            Check(c, WriteSlot);
            c.mov(__dword_ptr[r10], eax);
            c.mov(rcx, __[rbp + HostRegister.Displacement(8)]);
            c.mov(__qword_ptr[rsp], rcx);
        }), Is.Empty);
    }

    [TestCase("an address that nothing has checked")]
    [TestCase("a write where reading was allowed")]
    [TestCase("more bytes than were checked")]
    [TestCase("behind the bytes that were checked")]
    [TestCase("an address that changed after its check")]
    [TestCase("a slot compared with the limit of another")]
    [TestCase("a slot of the other level")]
    [TestCase("a check that one way leaves out")]
    [TestCase("a vector that may be misaligned")]
    [TestCase("a guest's register as an address")]
    [TestCase("the translation buffer")]
    [TestCase("beyond the state")]
    [TestCase("the host's stack")]
    [TestCase("the stack pointer")]
    [TestCase("a string instruction")]
    [TestCase("a segment of the host's")]
    [TestCase("a call of the system")]
    [TestCase("a jump by a register")]
    [TestCase("a jump into an instruction")]
    [TestCase("a jump into a common routine")]
    [TestCase("no instruction")]
    public void WhatATranslatorMustNotWriteIsFound(string what) =>
        Assert.That(Judge(c => WriteForbidden(c, what)), Is.Not.Empty);

    private static void WriteForbidden(Assembler c, string what)
    {
        Label place = c.CreateLabel();
        switch (what)
        {
            case "an address that nothing has checked":
                c.mov(rax, __[r10]);
                break;
            case "a write where reading was allowed":
                Check(c, ReadSlot);
                c.mov(__[r10], rax);
                break;
            case "more bytes than were checked":
                Check(c, ReadSlot);
                c.movups(xmm0, __[r10]);
                break;
            case "behind the bytes that were checked":
                Check(c, ReadSlot);
                c.mov(rax, __[r10 + 8]);
                break;
            case "an address that changed after its check":
                Check(c, ReadSlot);
                c.add(r10, 1);
                c.mov(rax, __[r10]);
                break;
            case "a slot compared with the limit of another":
                Check(c, ReadSlot, limitOf: WideSlot);
                c.mov(rax, __[r10]);
                break;
            case "a slot of the other level":
                Check(c, ReadSlot, isUser: true);
                c.mov(rax, __[r10]);
                break;
            case "a check that one way leaves out":
                c.test(rax, rax);
                c.je(place);
                Check(c, ReadSlot);
                c.Label(ref place);
                c.mov(rax, __[r10]);
                break;
            case "a vector that may be misaligned":
                Check(c, WideSlot);
                c.movaps(xmm0, __[r10]);
                break;
            case "a guest's register as an address":
                c.mov(rax, __[rsi]);
                break;
            case "the translation buffer":
                c.mov(__[rbp + HostRegister.Displacement(StateMemory.SupervisorTlb)], rax);
                break;
            case "beyond the state":
                c.mov(rax, __[rbp + HostRegister.Displacement(sizeof(CpuState) - 4)]);
                break;
            case "the host's stack":
                c.mov(rax, __[rsp + HostRegister.KeptBytes]);
                break;
            case "the stack pointer":
                c.add(rsp, 8);
                break;
            case "a string instruction":
                c.movsb();
                break;
            case "a segment of the host's":
                c.mov(rax, __qword_ptr.fs[rbp]);
                break;
            case "a call of the system":
                c.syscall();
                break;
            case "a jump by a register":
                c.jmp(r10);
                break;
            case "a jump into an instruction":
                c.test(rax, rax);
                c.je(place);
                c.db(0xB8); // MOV EAX, imm32
                c.Label(ref place);
                c.db(0x90, 0x90, 0x90, 0x90);
                break;
            case "a jump into a common routine":
                c.jmp(2);
                break;
            case "no instruction":
                c.db(0x06);
                break;
            default:
                throw new InvalidOperationException(what);
        }
    }

    /// <summary>The check of an access slot, as units have it.</summary>
    private static void Check(Assembler c, int slot, int? limitOf = null, bool isUser = false)
    {
        Label out1 = c.CreateLabel();
        Label end = c.CreateLabel();
        c.sub(r10, Field(slot, StateOffset.SlotBase, isUser));
        c.cmp(r10, Field(limitOf ?? slot, StateOffset.SlotLimit, isUser));
        c.jae(out1);
        c.add(r10, Field(slot, StateOffset.SlotHost, isUser));
        c.jmp(end);
        c.Label(ref out1);
        c.jmp(s_wayOut);
        c.Label(ref end);
        c.nop();
    }

    private static ulong s_wayOut;

    private static AssemblerMemoryOperand Field(int slot, int field, bool isUser) => __[rbp + HostRegister.Displacement(
        (isUser ? StateOffset.UserSlots : StateOffset.SupervisorSlots) + StateOffset.FirstSlot
        + slot * TestLab.Processor.Memory.AccessSlot.SizeBytes + field)];

    /// <summary>Judges a unit of level 0 that leaves in the end.</summary>
    private IReadOnlyList<string> Judge(Action<Assembler> write)
    {
        s_wayOut = (ulong)Layout.Untranslated;
        var c = new Assembler(64);
        write(c);
        c.jmp((ulong)Layout.Untranslated);
        using var stream = new MemoryStream();
        stream.Write(Layout.Common);
        c.Assemble(new StreamCodeWriter(stream), (ulong)Layout.FirstUnit);
        byte[] code = stream.ToArray();
        fixed (byte* start = code)
        {
            var judge = new CodeJudge(Layout, start, code.Length, isUser: false);
            judge.Follow((ulong)(start + Layout.FirstUnit));
            return judge.Problems;
        }
    }
}
