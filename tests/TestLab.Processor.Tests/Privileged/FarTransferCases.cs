using Iced.Intel;
using TestLab.Processor.State;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Far JMP, CALL, RET and IRET with their checks (SDM volume 2; volume 3, section 5.8).</summary>
public sealed unsafe class FarTransferCases
{
    private const int Eip = (int)Target;

    private static SystemCase[] Kernel =>
    [
        new("JMP to code", a => a.jmp(Selectors.Code, Eip), "done", m => Arrived(m, 0)),
        new("JMP to null", a => a.jmp(0, Eip), "#GP(0000)"),
        new("JMP to data", a => a.jmp(Selectors.Data, Eip), "#GP(0010)"),
        new("JMP to absent code", a => a.jmp(Selectors.AbsentCode, Eip), "#NP(0130)"),
        new("JMP to code of an outer level", a => a.jmp(Selectors.UserCode, Eip), "#GP(0028)"),
        new("JMP with a requested level above the current", a => a.jmp(Selectors.Code | 3, Eip), "#GP(0008)"),
        new("JMP to conforming code", a => a.jmp(Selectors.Conforming, Eip), "done", m => Arrived(m, 0)),
        new("JMP to conforming code with any requested level", a => a.jmp(Selectors.Conforming | 3, Eip), "done", m => Arrived(m, 0)),
        new("JMP to conforming code of an outer level", a => a.jmp(Selectors.UserConforming, Eip), "#GP(0160)"),
        new("JMP beyond the limit", a => a.jmp(Selectors.NarrowCode, 0x1_0000), "#GP(0000)"),
        new("JMP beyond the table", a => a.jmp(Selectors.Beyond, Eip), "#GP(0300)"),
        new("JMP through a gate", a => a.jmp(Selectors.UserGate, 0), "done", m => Arrived(m, 0)),
        new("JMP through an absent gate", a => a.jmp(Selectors.AbsentGate, 0), "#NP(0090)"),
        new("JMP through a gate to data", a => a.jmp(Selectors.GateToData, 0), "#GP(0010)"),
        new("JMP to a local table", a => a.jmp(Selectors.LocalTable, 0), "#GP(00F0)"),
        new("CALL to code pushes the return address", a => a.call(Selectors.Code, Eip), "done",
            m => Assert.That((m.Pop(3), m.Pop(4)), Is.EqualTo((Start + 7, (ulong)Selectors.Code)))),
        new("CALL through a gate at the same level", a => a.call(Selectors.KernelGate, 0), "done", m => Arrived(m, 0)),
        new("CALL to data", a => a.call(Selectors.Data, 0), "#GP(0010)"),
        new("JMP through memory", a => { Pointer(a, Selectors.Code, Eip); a.jmp(__fword_ptr[(int)Data]); }, "done", m => Arrived(m, 0)),
        new("CALL through memory", a => { Pointer(a, Selectors.Code, Eip); a.call(__fword_ptr[(int)Data]); }, "done", m => Arrived(m, 0)),
        new("RETF at the same level", a => { a.push(Selectors.Code); a.push(Eip); a.retf(); }, "done", m => Arrived(m, 0)),
        new("RETF drops parameters", a => { a.push(Selectors.Code); a.push(Eip); a.retf(8); }, "done", m => Assert.That(m.State->Rsp, Is.EqualTo(Stack + 8 - 12))),
        new("RETF to null", a => { a.push(0); a.push(Eip); a.retf(); }, "#GP(0000)"),
        new("RETF to data", a => { a.push(Selectors.Data); a.push(Eip); a.retf(); }, "#GP(0010)"),
        new("RETF to absent code", a => { a.push(Selectors.AbsentCode); a.push(Eip); a.retf(); }, "#NP(0130)"),
        new("RETF to an outer level", a => Outer(a, Selectors.UserCode, Selectors.UserData, false), "done", m => Arrived(m, 3)),
        new("RETF to an outer level of which the code is not", a => Outer(a, Selectors.Code | 3, Selectors.UserData, false), "#GP(0008)"),
        new("RETF to a null outer stack", a => Outer(a, Selectors.UserCode, 0, false), "#GP(0000)"),
        new("RETF to an inner stack", a => Outer(a, Selectors.UserCode, Selectors.Data | 3, false), "#GP(0010)"),
        new("RETF to a stack of another request", a => Outer(a, Selectors.UserCode, Selectors.UserData & ~3, false), "#GP(0020)"),
        new("RETF to an absent outer stack", a => Outer(a, Selectors.UserCode, Selectors.AbsentUserData, false), "#SS(0168)"),
        new("RETF to an outer level empties inner segments", a => Outer(a, Selectors.UserCode, Selectors.UserData, false), "done",
            m => Assert.That(m.State->Segments[(int)SegmentIndex.Ds].Selector, Is.Zero)),
        new("IRET at the same level", a => Frame(a, 0x202, Selectors.Code), "done", m => Arrived(m, 0)),
        new("IRET restores the flags", a => Frame(a, 0x8D5, Selectors.Code), "done", m => Assert.That(m.Pop(2) & 0xFD5, Is.EqualTo(0x8D5))),
        new("IRET to null", a => Frame(a, 2, 0), "#GP(0000)"),
        new("IRET to data", a => Frame(a, 2, Selectors.Data), "#GP(0010)"),
        new("IRET to absent code", a => Frame(a, 2, Selectors.AbsentCode), "#NP(0130)"),
        new("IRET to another level's code", a => Frame(a, 2, Selectors.MiddleCode), "#GP(0060)"),
        new("IRET to an outer level", a => Outer(a, Selectors.UserCode, Selectors.UserData, true), "done", m => Arrived(m, 3)),
        new("IRET to the middle level", a => Outer(a, Selectors.MiddleCode | 1, Selectors.MiddleData | 1, true), "int 80 refused"),
        new("IRET to a null outer stack", a => Outer(a, Selectors.UserCode, 0, true), "#GP(0000)"),
        new("IRET to outer code with an inner stack", a => Outer(a, Selectors.UserCode, Selectors.Data, true), "#GP(0010)"),
        new("IRET to an absent outer stack", a => Outer(a, Selectors.UserCode, Selectors.AbsentUserData, true), "#SS(0168)"),
        new("IRET to virtual-8086 mode", a => Virtual(a), "done", m => Assert.That(m.Pop(2) & (uint)SystemFlags.Virtual8086, Is.Not.Zero)),
        new("IRET with NT and no link", a => { a.pushfd(); a.or(__dword_ptr[esp], 0x4000); a.popfd(); Frame(a, 2, Selectors.Code); }, "#TS(0000)"),
    ];

    private static SystemCase[] User =>
    [
        new("CALL through a gate to level 0", a => a.call(Selectors.UserGate | 3, 0), "done", m => Arrived(m, 0)),
        new("CALL through a gate switches stacks", a => a.call(Selectors.UserGate | 3, 0), "done",
            m => Assert.That((m.Pop(3), m.Pop(4), m.Pop(5), m.Pop(6)), Is.EqualTo((Start + 7, (ulong)Selectors.UserCode, UserStack, (ulong)Selectors.UserData)))),
        new("CALL through a gate copies parameters", a => { a.push(0x11); a.push(0x22); a.call(Selectors.ParameterGate | 3, 0); }, "done",
            m => Assert.That((m.Pop(5), m.Pop(6)), Is.EqualTo((0x22UL, 0x11UL)))),
        new("CALL through a gate to level 1", a => a.call(Selectors.MiddleGate | 3, 0), "int 80 refused"),
        new("JMP through a gate cannot change the level", a => a.jmp(Selectors.UserGate | 3, 0), "#GP(0008)"),
        new("a gate of level 0", a => a.call(Selectors.KernelGate, 0), "#GP(0080)"),
        new("CALL to code of level 0", a => a.call(Selectors.Code, Eip), "#GP(0008)"),
        new("CALL to conforming code keeps the level", a => a.call(Selectors.Conforming, Eip), "done", m => Arrived(m, 3)),
        new("RETF inwards", a => { a.push(Selectors.Code); a.push(Eip); a.retf(); }, "#GP(0008)"),
        new("IRET inwards", a => Frame(a, 2, Selectors.Code), "#GP(0008)"),
        new("IRET cannot set IOPL", a => Frame(a, 0x3002, Selectors.UserCode), "done", m => Assert.That(m.Pop(2) & 0x3000, Is.Zero)),
        new("IRET cannot set IF", a => Frame(a, 0x202, Selectors.UserCode), "done", m => Assert.That(m.Pop(2) & 0x200, Is.Zero)),
        new("IRET cannot enter virtual-8086 mode", a => Frame(a, 0x2_0002, Selectors.UserCode), "done", m => Arrived(m, 3)),
        new("a gate whose stack is bad", a => a.call(Selectors.UserGate | 3, 0), "#TS(0020)",
            Prepare: m => InnerStackIs(m, Selectors.UserData)),
        new("a gate whose stack is null", a => a.call(Selectors.UserGate | 3, 0), "#TS(0000)",
            Prepare: m => InnerStackIs(m, 0)),
        new("a gate whose stack is absent", a => a.call(Selectors.UserGate | 3, 0), "#SS(0040)",
            Prepare: m => InnerStackIs(m, Selectors.AbsentData)),
    ];

    private static SystemCase[] Long =>
    [
        new("RETFQ to 64-bit code", a => { a.push(Selectors.Code); a.push(Eip); a.db(0x48, 0xCB); }, "done", m => Arrived(m, 0)),
        new("RETFQ to an outer level", a => { a.push(Selectors.UserData); a.push((int)UserStack); a.push(Selectors.UserCode); a.push(Eip); a.db(0x48, 0xCB); }, "done", m => Arrived(m, 3)),
        new("RETFQ to compatibility mode", a => { a.push(Selectors.CompatibilityCode); a.push(Eip); a.db(0x48, 0xCB); }, "done",
            m => Assert.That(m.Pop(1), Is.EqualTo(Selectors.CompatibilityCode))),
        new("CALL through a gate", a => { Pointer(a, Selectors.UserGate, 0); a.call(__fword_ptr[(int)Data]); }, "done", m => Arrived(m, 0)),
        new("CALL through a gate pushes eight bytes each", a => { Pointer(a, Selectors.UserGate, 0); a.call(__fword_ptr[(int)Data]); }, "done",
            m => Assert.That(m.State->Rsp, Is.EqualTo(Stack - 16 - 40))),
        new("JMP to a task", a => { Pointer(a, Selectors.OtherTask, 0); a.jmp(__fword_ptr[(int)Data]); }, "#GP(00D0)"),
        new("JMP through a task gate", a => { Pointer(a, Selectors.TaskGate, 0); a.jmp(__fword_ptr[(int)Data]); }, "#GP(00E0)"),
        new("IRETQ pops the stack at the same level too", a => Frame64(a, Selectors.Code, Selectors.Data, (int)Stack - 0x100), "done",
            m => Assert.That(m.Pop(3), Is.EqualTo(Stack - 0x100))),
        new("IRETQ to a null stack at level 0", a => Frame64(a, Selectors.Code, 0, (int)Stack), "done", m => Arrived(m, 0)),
        new("IRETQ to a null stack at level 3", a => Frame64(a, Selectors.UserCode, 3, (int)UserStack), "#GP(0000)"),
        new("IRETQ to level 3", a => Frame64(a, Selectors.UserCode, Selectors.UserData, (int)UserStack), "done", m => Arrived(m, 3)),
        new("IRETQ to compatibility mode", a => Frame64(a, 0x1B, Selectors.UserData, (int)UserStack), "done", m => Assert.That(m.Pop(1), Is.EqualTo(0x1B))),
        new("IRETQ to an address that is not canonical", a => { a.push(Selectors.Data); a.push((int)Stack); a.push(2); a.push(Selectors.Code);
            a.mov(rax, 0x8000_0000_0000UL); a.push(rax); a.iretq(); }, "#GP(0000)"),
        new("IRETQ with NT", a => { a.pushfq(); a.or(__dword_ptr[rsp], 0x4000); a.popfq(); Frame64(a, Selectors.Code, Selectors.Data, (int)Stack); }, "#GP(0000)"),
        new("IRETQ to level 3 leaves bases of null segments", a => { a.xor(eax, eax); a.mov(fs, ax); a.mov(ecx, unchecked((int)0xC000_0100)); a.mov(eax, 0x1234);
            a.xor(edx, edx); a.wrmsr(); Frame64(a, Selectors.UserCode, Selectors.UserData, (int)UserStack); }, "done",
            m => Assert.That(m.State->Segments[(int)SegmentIndex.Fs].Base, Is.EqualTo(0x1234))),
    ];

    [TestCaseSource(nameof(Kernel))]
    public void AtLevel0(SystemCase test) => Run(test, Protected());

    [TestCaseSource(nameof(User))]
    public void AtLevel3(SystemCase test) => Run(test, Protected(3));

    [TestCaseSource(nameof(Long))]
    public void InLongMode(SystemCase test) => Run(test, SystemMachine.Long());

    private static void Run(SystemCase test, SystemMachine machine)
    {
        machine.Assemble(Target, a => a.mov(esi, cs));
        if (test.Outcome == "int 80 refused")
        {
            // The handlers of the middle level are level 0's, and its stack is the task's.
            test = test with { Outcome = "done", Check = m => Assert.That(m.State->Rsi & 3, Is.EqualTo(1)) };
        }

        test.RunOn(machine);
    }

    /// <summary>The handlers of the fault run as a task, since the inner stack is bad for them too.</summary>
    private static void InnerStackIs(SystemMachine m, ushort selector)
    {
        m.Memory.TryWriteUInt16(SystemMachine.Task + 8, selector);
        m.HandleByTask(selector == Selectors.AbsentData ? 12 : 10);
    }

    private static void Arrived(SystemMachine m, int level) => Assert.That(m.State->Rsi & 3, Is.EqualTo((ulong)level));

    private static void Pointer(Assembler a, ushort selector, int offset)
    {
        a.mov(__dword_ptr[(int)Data], offset);
        a.mov(__word_ptr[(int)Data + 4], selector);
    }

    private static void Frame(Assembler a, int flags, ushort code)
    {
        a.push(flags);
        a.push(code);
        a.push(Eip);
        a.iretd();
    }

    private static void Outer(Assembler a, ushort code, ushort stack, bool interrupt)
    {
        a.push(stack);
        a.push((int)UserStack);
        if (interrupt) a.push(2);
        a.push(code);
        a.push(Eip);
        if (interrupt) a.iretd();
        else a.retf();
    }

    private static void Frame64(Assembler a, ushort code, ushort stack, int pointer)
    {
        a.push(stack);
        a.push(pointer);
        a.push(2);
        a.push(code);
        a.push(Eip);
        a.iretq();
    }

    private static void Virtual(Assembler a)
    {
        for (int i = 0; i < 5; i++) a.push(0); // GS, FS, DS, ES, SS
        a.push((int)UserStack);
        a.push(0x2_3002);
        a.push(0);
        a.push(Eip);
        a.iretd();
    }
}
