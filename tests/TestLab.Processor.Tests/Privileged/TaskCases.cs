using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.State;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Task switches, virtual-8086 mode, real-address mode and the ways between the modes (SDM volume 3, chapters 7, 9, 20).</summary>
public sealed unsafe class TaskCases
{
    private static SystemCase[] Tasks =>
    [
        new("JMP to a task", a => a.jmp(Selectors.OtherTask, 0), Check: m => Assert.That((m.State->Rsi, m.State->Segments[(int)SegmentIndex.Task].Selector),
            Is.EqualTo(((ulong)Selectors.Code, Selectors.OtherTask)))),
        new("JMP frees the old task", a => a.jmp(Selectors.OtherTask, 0), Check: m => Assert.That((TypeOf(m, Selectors.Task), TypeOf(m, Selectors.OtherTask)), Is.EqualTo((9UL, 11UL)))),
        new("CALL keeps the old task busy", a => a.call(Selectors.OtherTask, 0), Check: m => Assert.That((TypeOf(m, Selectors.Task), TypeOf(m, Selectors.OtherTask)), Is.EqualTo((11UL, 11UL)))),
        new("CALL links back and sets NT", a => a.call(Selectors.OtherTask, 0), Check: m =>
            { m.Memory.TryReadUInt16(SystemMachine.OtherTask, out ushort link); Assert.That((link, m.Pop(2) & 0x4000), Is.EqualTo((Selectors.Task, 0x4000UL))); }),
        new("a switch sets TS", a => a.jmp(Selectors.OtherTask, 0), Check: m => Assert.That(m.State->Cr0 & ControlRegisters.TaskSwitched, Is.Not.Zero)),
        new("a switch saves the registers", a => { a.mov(ebx, 0x77); a.jmp(Selectors.OtherTask, 0); }, Check: m =>
            { m.Memory.TryReadUInt32(SystemMachine.Task + 0x34, out uint saved); m.Memory.TryReadUInt32(SystemMachine.Task + 0x20, out uint next); Assert.That((saved, (ulong)next), Is.EqualTo((0x77u, Start + 12))); }),
        new("a task gate", a => a.jmp(Selectors.TaskGate, 0), Check: m => Assert.That(m.State->Rsi, Is.EqualTo(Selectors.Code))),
        new("an absent task", a => a.jmp(Selectors.AbsentTask, 0), "#NP(0138)"),
        new("the task itself is busy", a => a.jmp(Selectors.Task, 0), "#GP(0030)"),
        new("a task too short", a => a.jmp(Selectors.OtherTask, 0), "#TS(00D0)", Prepare: m => m.WriteDescriptor(Selectors.OtherTask, Segment(SystemMachine.OtherTask, 0x66, 9, 0))),
        new("a 16-bit task", a => a.jmp(Selectors.NarrowTask, 0), Check: m => Assert.That((m.State->Rsi & 0xFFFF, m.State->Rax >> 16), Is.EqualTo(((ulong)Selectors.Code, 0xFFFFUL)))),
        new("a call to a task and the return", a => { a.call(Selectors.OtherTask, 0); a.mov(edi, 0x99); }, Check: m =>
            Assert.That((m.State->Rdi, TypeOf(m, Selectors.OtherTask), m.State->Segments[(int)SegmentIndex.Task].Selector), Is.EqualTo((0x99UL, 9UL, Selectors.Task))),
            Prepare: m => m.Bare.Load(Target, [0xCF])),
        new("an interrupt by a task returns", a => { a.@int(0x21); a.mov(edi, 0x99); }, Check: m => Assert.That(m.State->Rdi, Is.EqualTo(0x99)),
            Prepare: m => { m.HandleByTask(0x21); m.Memory.TryWriteUInt32(SystemMachine.OtherTask + 0x20, (uint)Target); m.Bare.Load(Target, [0xCF]); }),
        new("an exception's error code goes to the new stack", a => { a.mov(eax, Selectors.Task); a.mov(ds, ax); }, "#GP(0030)", Prepare: m => m.HandleByTask(13)),
        new("a bad code segment of the new task, which has no stack yet", a => a.jmp(Selectors.OtherTask, 0), "shutdown", Prepare: m => m.Memory.TryWriteUInt16(SystemMachine.OtherTask + 0x4C, Selectors.Data)),
        new("a bad data segment of the new task", a => a.jmp(Selectors.OtherTask, 0), "#TS(0030)", Prepare: m => m.Memory.TryWriteUInt16(SystemMachine.OtherTask + 0x54, Selectors.Task)),
        new("a bad local table of the new task, which has no stack yet", a => a.jmp(Selectors.OtherTask, 0), "shutdown", Prepare: m => m.Memory.TryWriteUInt16(SystemMachine.OtherTask + 0x60, Selectors.Data)),
        new("the T bit of the new task", a => a.jmp(Selectors.OtherTask, 0), "#DB", m => Assert.That(m.Pop(0), Is.EqualTo(Target)), m => m.Memory.TryWriteUInt16(SystemMachine.OtherTask + 0x64, 1)),
    ];

    private static SystemCase[] Virtual =>
    [
        new("segments are paragraphs", a => { a.mov(ax, 0x600); a.mov(ds, ax); a.mov(bx, __word_ptr[0]); }, Check: m => Assert.That(m.State->Rbx & 0xFFFF, Is.EqualTo(0x1234)),
            Prepare: m => m.Memory.TryWriteUInt16(Data, 0x1234)),
        new("the frame holds the data segments, and they are empty after", a => { a.mov(ax, 0x600); a.mov(ds, ax); a.mov(ax, 0x700); a.mov(gs, ax); }, Check: m =>
            Assert.That((m.Pop(6), m.Pop(8), m.State->Segments[(int)SegmentIndex.Ds].Selector), Is.EqualTo((0x600UL, 0x700UL, (ushort)0)))),
        new("HLT", a => a.hlt(), "#GP(0000)"),
        new("LGDT", a => a.lgdt(__[0x100]), "#GP(0000)"),
        new("LLDT is unknown", a => a.lldt(ax), "#UD"),
        new("SLDT is unknown", a => a.sldt(ax), "#UD"),
        new("VERR is unknown", a => a.verr(ax), "#UD"),
        new("MOV from CR0", a => a.mov(eax, cr0), "#GP(0000)"),
        new("ports follow the bitmap", a => a.@in(al, 0x14), "#GP(0000)"),
        new("an allowed port", a => a.@in(al, 0x10)),
        new("a far jump", a => a.jmp((ushort)0x0580, (ushort)0), Check: m => Assert.That(m.State->Rsi & 0xFFFF, Is.EqualTo(0x580))),
        new("a far call and return", a => { a.call((ushort)0x0570, (ushort)0x200); a.mov(di, 5); }, Check: m => Assert.That(m.State->Rdi & 0xFFFF, Is.EqualTo(5)),
            Prepare: m => m.Bare.Load(0x5900, [0xCB])),
        new("IRET", a => { a.pushf(); a.push(cs); a.call(0x5900); a.mov(di, 5); }, Check: m => Assert.That(m.State->Rdi & 0xFFFF, Is.EqualTo(5)), Prepare: m => m.Bare.Load(0x5900, [0xCF])),
        new("beyond 64 KiB", a => a.mov(eax, __dword_ptr[0xFFFE]), "#GP(0000)"),
        new("the stack beyond 64 KiB", a => a.mov(eax, __dword_ptr.ss[0xFFFE]), "#SS(0000)"),
        new("CLI with IOPL 3", a => a.cli()),
        new("a segment can be written through CS", a => a.mov(__word_ptr.cs[0x6000], ax)),
    ];

    private static SystemCase[] VirtualWithoutPrivilege =>
    [
        new("INT n", a => a.@int(0x80), "#GP(0000)"),
        new("INT3 works", a => a.int3(), "#BP"),
        new("CLI", a => a.cli(), "#GP(0000)"),
        new("STI", a => a.sti(), "#GP(0000)"),
        new("PUSHF", a => a.pushf(), "#GP(0000)"),
        new("POPF", a => a.popf(), "#GP(0000)"),
        new("IRET", a => a.iret(), "#GP(0000)"),
        new("an exception works", a => a.ud2(), "#UD"),
    ];

    private static SystemCase[] RealMode =>
    [
        new("INT pushes three words", a => a.@int(0x21), "int 21", m => Assert.That((m.State->Rsp, m.Pop(0), m.Pop(1)), Is.EqualTo((Stack - 6, Start + 2, 0UL)))),
        new("no error codes", a => a.mov(eax, __dword_ptr[0xFFFE]), "#GP", m => Assert.That(m.State->Rsp, Is.EqualTo(Stack - 6))),
        new("the stack has its vector", a => a.mov(eax, __dword_ptr.ss[0xFFFE]), "#SS"),
        new("division by zero", a => { a.xor(cx, cx); a.div(cx); }, "#DE"),
        new("LLDT is unknown", a => a.lldt(ax), "#UD"),
        new("LTR is unknown", a => a.ltr(ax), "#UD"),
        new("LAR is unknown", a => a.lar(ax, ax), "#UD"),
        new("ARPL is unknown", a => a.arpl(ax, ax), "#UD"),
        new("SYSENTER is refused", a => a.sysenter(), "#GP"),
        new("CR0 can be read", a => a.mov(eax, cr0)),
        new("a vector beyond the table", a => a.@int(0x21), "#GP", Prepare: m => m.State->Idtr.Limit = 0x83),
        new("a table of nothing", a => a.@int(0x21), "shutdown", Prepare: m => m.State->Idtr.Limit = 0),
        new("a pointer from memory", a => { a.mov(__dword_ptr[0x6000], 0x0700_1234); a.les(bx, __[0x6000]); }, Check: m =>
            Assert.That((m.State->Rbx & 0xFFFF, m.State->Segments[(int)SegmentIndex.Es].Base), Is.EqualTo((0x1234UL, 0x7000UL)))),
        new("PUSHF and POPF", a => { a.push(0x7002); a.popf(); a.pushf(); a.pop(bx); }, Check: m => Assert.That(m.State->Rbx & 0xF000, Is.EqualTo(0x7000))),
        new("a push at SP 1", a => { a.mov(sp, 1); a.push(ax); }, "shutdown"),
    ];

    [TestCaseSource(nameof(Tasks))]
    public void OfTasks(SystemCase test) => Run(test, Protected());

    [TestCaseSource(nameof(Virtual))]
    public void InVirtual8086Mode(SystemCase test) => Run(test, Virtual8086());

    [TestCaseSource(nameof(VirtualWithoutPrivilege))]
    public void InVirtual8086ModeBelowTheIoPrivilege(SystemCase test) => test.RunOn(Virtual8086(ioPrivilege: 0));

    [TestCaseSource(nameof(RealMode))]
    public void InRealMode(SystemCase test) => test.RunOn(Real());

    [Test]
    public void UnrealModeKeepsTheLimitOfProtectedMode()
    {
        using SystemMachine machine = Real();
        machine.State->Gdtr = new DescriptorTable { Base = Gdt, Limit = 0x2FF };
        machine.Memory.TryWriteUInt32(0x20_0000, 0xCAFE);
        string outcome = machine.Run(a =>
        {
            a.mov(eax, cr0);
            a.or(al, 1);
            a.mov(cr0, eax);
            a.mov(bx, Selectors.Data);
            a.mov(ds, bx);
            a.and(al, 0xFE);
            a.mov(cr0, eax);
            a.xor(bx, bx);
            a.mov(ds, bx);
            a.mov(esi, 0x20_0000);
            a.mov(edi, __dword_ptr[esi]);
        });
        Assert.That((outcome, machine.State->Rdi), Is.EqualTo(("done", 0xCAFEUL)));
    }

    [Test]
    public void RealModeLeadsToLongModeAndBackToCompatibility()
    {
        using SystemMachine machine = Real();
        machine.State->Gdtr = new DescriptorTable { Base = Gdt, Limit = 0x2FF };
        machine.WriteDescriptor(Selectors.Code, Segment(0, 0xFFFFF, 0x1B, 0, 0xA));
        machine.WriteLongPages();
        machine.State->Cr3 = 0;
        machine.Assemble(Target, a =>
        {
            a.mov(rax, 0x1234_5678_9ABC_DEF0UL);
            a.push(Selectors.CompatibilityCode);
            a.push((int)Target + 0x100);
            a.db(0x48, 0xCB);
        }, 64);
        machine.Bare.Load(Target + 0x100, [0x8C, 0xCB, 0xF4]); // MOV EBX, CS; HLT
        machine.Assemble(Start, a =>
        {
            a.mov(eax, (int)PageTables);
            a.mov(cr3, eax);
            a.mov(eax, 0x20);
            a.mov(cr4, eax);
            a.mov(ecx, unchecked((int)0xC000_0080));
            a.mov(eax, 0x100);
            a.xor(edx, edx);
            a.wrmsr();
            a.mov(eax, unchecked((int)0x8000_0001));
            a.mov(cr0, eax);
            a.jmp(Selectors.Code, (ushort)Target);
        }, 16);
        Assert.That(machine.Cpu.RunUntil(1000), Is.EqualTo(CpuExit.Halted));
        Assert.That((machine.State->Rax, machine.State->Rbx, machine.State->Efer), Is.EqualTo((0x1234_5678_9ABC_DEF0UL, (ulong)Selectors.CompatibilityCode, 0x500UL)));
    }

    private static void Run(SystemCase test, SystemMachine machine)
    {
        machine.Assemble(Target, a => a.mov(si, cs));
        test.RunOn(machine);
    }

    private static ulong TypeOf(SystemMachine m, ushort selector)
    {
        m.Memory.TryReadUInt64(Gdt + selector, out ulong descriptor);
        return descriptor >> 40 & 15;
    }
}
