using Iced.Intel;
using TestLab.Processor.State;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Exceptions, interrupts, their error codes and return addresses, double and triple faults (SDM volume 3, chapter 6).</summary>
public sealed unsafe class ExceptionCases
{
    private const uint Resume = (uint)SystemFlags.Resume;

    private static SystemCase[] Kernel =>
    [
        new("UD2", a => { a.nop(); a.ud2(); }, "#UD", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 1))),
        new("UD1", a => a.ud1(eax, ecx), "#UD"),
        new("UD0", a => a.ud0(eax, ecx), "#UD"),
        new("a fault pushes RF", a => a.ud2(), "#UD", m => Assert.That(m.Pop(2) & Resume, Is.Not.Zero)),
        new("a software interrupt does not", a => a.int3(), "#BP", m => Assert.That(m.Pop(2) & Resume, Is.Zero)),
        new("division by zero", a => { a.xor(ecx, ecx); a.div(ecx); }, "#DE", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 2))),
        new("INT3 returns behind itself", a => a.int3(), "#BP", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 1))),
        new("INT n returns behind itself", a => a.@int(0x21), "int 21", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 2))),
        new("INT n of an exception's vector pushes no error code", a => a.@int(0x0B), "#NP(5002)"),
        new("INTO without overflow", a => { a.xor(eax, eax); a.into(); }),
        new("INTO with overflow", a => { a.mov(eax, 0x7FFF_FFFF); a.inc(eax); a.into(); }, "#OF", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 7))),
        new("INT1", a => a.int1(), "#DB", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 1))),
        new("BOUND inside", a => { Bounds(a); a.mov(eax, 5); a.bound(eax, __[(int)Data]); }),
        new("BOUND at the lower end", a => { Bounds(a); a.mov(eax, -2); a.bound(eax, __[(int)Data]); }),
        new("BOUND below", a => { Bounds(a); a.mov(eax, -3); a.bound(eax, __[(int)Data]); }, "#BR"),
        new("BOUND above", a => { Bounds(a); a.mov(eax, 9); a.bound(eax, __[(int)Data]); }, "#BR"),
        new("an interrupt gate clears IF", a => a.@int(0x21), "int 21", m => Assert.That(Flag(m, SystemFlags.Interrupt), Is.False), WithInterrupts),
        new("a trap gate leaves IF", a => a.@int(0x21), "int 21", m => Assert.That(Flag(m, SystemFlags.Interrupt), Is.True),
            m => { WithInterrupts(m); m.WriteGate(0x21, Gate(Selectors.Code, Handlers + 0x210, 15, 0)); }),
        new("an absent gate", a => a.@int(0x21), "#NP(010A)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.Code, 0, 14, 0, present: false))),
        new("an absent gate of an exception", a => a.ud2(), "#NP(0033)", Prepare: m => m.WriteGate(6, Gate(Selectors.Code, 0, 14, 0, present: false))),
        new("a gate that is a call gate", a => a.@int(0x21), "#GP(010A)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.Code, 0, 12, 0))),
        new("a gate that is a segment", a => a.@int(0x21), "#GP(010A)", Prepare: m => m.WriteGate(0x21, Segment(0, 0, 0x1E, 0))),
        new("a gate with a null selector", a => a.@int(0x21), "#GP(0000)", Prepare: m => m.WriteGate(0x21, Gate(0, 0, 14, 0))),
        new("a gate of an exception with a null selector", a => a.ud2(), "#GP(0001)", Prepare: m => m.WriteGate(6, Gate(0, 0, 14, 0))),
        new("a gate to data", a => a.@int(0x21), "#GP(0010)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.Data, 0, 14, 0))),
        new("a gate to an outer level", a => a.@int(0x21), "#GP(0028)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.UserCode, 0, 14, 0))),
        new("a gate to absent code", a => a.@int(0x21), "#NP(0130)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.AbsentCode, 0, 14, 0))),
        new("a gate beyond the code's limit", a => a.@int(0x21), "#GP(0000)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.NarrowCode, 0x1_0000, 14, 0))),
        new("a vector beyond the table", a => a.@int(0x21), "#GP(010A)", Prepare: m => m.State->Idtr.Limit = 0x107),
        new("the last vector of the table", a => a.@int(0x21), "int 21", Prepare: m => m.State->Idtr.Limit = 0x10F),
        new("a 16-bit gate pushes words", a => a.@int(0x21), "int 21", m => Assert.That(m.State->Rsp, Is.EqualTo(Stack - 6)),
            m => m.WriteGate(0x21, Gate(Selectors.Code, Handlers + 0x210, 6, 0))),
        new("#GP while #GP is delivered is a double fault", a => BadLoad(a), "#DF(0000)", Prepare: m => Break(m, 13)),
        new("#GP while a benign exception is delivered is #GP", a => a.ud2(), "#GP(0033)", Prepare: m => Break(m, 6)),
        new("#GP while #DE is delivered is a double fault", a => { a.xor(ecx, ecx); a.div(ecx); }, "#DF(0000)", Prepare: m => Break(m, 0)),
        new("#GP while a double fault is delivered ends it all", a => BadLoad(a), "shutdown", Prepare: m => { Break(m, 13); Break(m, 8); }),
        new("an empty table ends it all", a => a.ud2(), "shutdown", Prepare: m => m.State->Idtr.Limit = 0),
        new("an external interrupt", a => { a.sti(); a.nop(); a.nop(); }, "int 40", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 2)),
            m => m.Bare.PendingInterrupts.Enqueue(0x40)),
        new("an external interrupt waits for IF", a => a.nop(), "done", Prepare: m => m.Bare.PendingInterrupts.Enqueue(0x40)),
        new("an external interrupt through an absent gate", a => { a.sti(); a.nop(); }, "#NP(0203)",
            Prepare: m => { m.Bare.PendingInterrupts.Enqueue(0x40); m.WriteGate(0x40, Gate(Selectors.Code, 0, 14, 0, present: false)); }),
        new("STI holds back for one instruction", a => { a.sti(); a.cli(); a.nop(); }, "done", Prepare: m => m.Bare.PendingInterrupts.Enqueue(0x40)),
        new("MOV SS holds back for one instruction", a => { a.mov(eax, ss); a.mov(ss, eax); a.cli(); a.nop(); }, "int 40",
            m => Assert.That(m.Pop(0), Is.EqualTo(Start)), m => { WithInterrupts(m); m.Bare.PendingInterrupts.Enqueue(0x40); }),
        new("POPF takes what waits", a => { a.push(0x202); a.popfd(); a.nop(); }, "int 40", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 6)),
            m => m.Bare.PendingInterrupts.Enqueue(0x40)),
        new("a non-maskable interrupt needs no IF", a => a.nop(), "NMI", Prepare: m => m.Cpu.RequestNonMaskableInterrupt()),
        new("LOCK in front of what cannot lock", a => a.db(0xF0, 0x90), "#UD"),
        new("LOCK in front of a register form", a => a.db(0xF0, 0x01, 0xC8), "#UD"),
        new("LOCK in front of a load", a => a.db(0xF0, 0x8B, 0x05, 0, 0x60, 0, 0), "#UD"),
        new("sixteen bytes are too many", a => a.db([.. Enumerable.Repeat((byte)0x66, 15), 0x90]), "#GP(0000)"),
        new("fifteen bytes are not", a => a.db([.. Enumerable.Repeat((byte)0x66, 14), 0x90])),
        new("XGETBV is not there", a => a.xgetbv(), "#UD"),
        new("MONITOR is not there", a => a.monitor(), "#UD"),
        new("VMCALL is not there", a => a.vmcall(), "#UD"),
        new("RSM outside of system management mode", a => a.rsm(), "#UD"),
        new("SYSCALL in 32-bit code", a => a.syscall(), "#UD"),
        new("HLT and an interrupt", a => { a.sti(); a.hlt(); }, "int 40", m => Assert.That(m.Pop(0), Is.EqualTo(Start + 2)),
            m => m.Bare.PendingInterrupts.Enqueue(0x40)),
    ];

    private static SystemCase[] User =>
    [
        new("INT n to a gate of level 0", a => a.@int(0x21), "#GP(010A)", m => Assert.That(m.Pop(1), Is.EqualTo(Start))),
        new("INT3 to a gate of level 0", a => a.int3(), "#GP(001A)", Prepare: m => m.WriteGate(3, Gate(Selectors.Code, 0, 14, 0))),
        new("an exception to a gate of level 0", a => a.ud2(), "#UD"),
        new("INT1 to a gate of level 0", a => a.int1(), "#DB"),
        new("the stack comes from the task", a => a.ud2(), "#UD", m => Assert.That((m.Pop(3), m.Pop(4), m.State->Rsp),
            Is.EqualTo((UserStack, (ulong)Selectors.UserData, InnerStack - 20)))),
        new("a bad inner stack", a => a.ud2(), "#TS(0021)", Prepare: m => { m.Memory.TryWriteUInt16(SystemMachine.Task + 8, Selectors.UserData); m.HandleByTask(10); }),
        new("a task state too short for the stack", a => a.ud2(), "#TS(0031)",
            Prepare: m => { m.State->Segments[(int)SegmentIndex.Task].Limit = 7; m.HandleByTask(10); }),
        new("conforming handlers keep the level", a => a.@int(0x21), "#GP(0000)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.Conforming, Handlers + 0x210, 14, 3))),
        new("HLT", a => a.hlt(), "#GP(0000)"),
        new("CLI", a => a.cli(), "#GP(0000)"),
        new("STI", a => a.sti(), "#GP(0000)"),
        new("CLI at the I/O privilege level", a => a.cli(), Prepare: m => m.State->SystemFlags |= SystemFlags.IoPrivilegeLevel),
        new("CLTS", a => a.clts(), "#GP(0000)"),
        new("LMSW", a => a.lmsw(ax), "#GP(0000)"),
        new("SMSW is not privileged", a => a.smsw(eax)),
        new("INVD", a => a.invd(), "#GP(0000)"),
        new("WBINVD", a => a.wbinvd(), "#GP(0000)"),
        new("INVLPG", a => a.invlpg(__[0]), "#GP(0000)"),
        new("RDMSR", a => a.rdmsr(), "#GP(0000)"),
        new("WRMSR", a => a.wrmsr(), "#GP(0000)"),
        new("RDTSC", a => a.rdtsc()),
        new("RDTSC where CR4.TSD is set", a => a.rdtsc(), "#GP(0000)", Prepare: m => m.State->Cr4 |= ControlRegisters.TimeStampDisable),
        new("RDPMC", a => { a.xor(ecx, ecx); a.rdpmc(); }, "#GP(0000)"),
        new("MOV from CR0", a => a.mov(eax, cr0), "#GP(0000)"),
        new("MOV to CR3", a => a.mov(cr3, eax), "#GP(0000)"),
        new("MOV from DR7", a => a.mov(eax, dr7), "#GP(0000)"),
        new("LGDT", a => a.lgdt(__[(int)Data]), "#GP(0000)"),
        new("LIDT", a => a.lidt(__[(int)Data]), "#GP(0000)"),
        new("SYSEXIT", a => a.sysexit(), "#GP(0000)"),
        new("POPF cannot change IF", a => { a.push(0x202); a.popfd(); }, Check: m => Assert.That(m.Pop(2) & 0x200, Is.Zero)),
        new("POPF cannot change IOPL", a => { a.push(0x3002); a.popfd(); }, Check: m => Assert.That(m.Pop(2) & 0x3000, Is.Zero)),
        new("POPF changes ID and AC", a => { a.push(0x24_0002); a.popfd(); }, Check: m => Assert.That(m.Pop(2) & 0x24_0000, Is.EqualTo(0x24_0000))),
        new("an unaligned access with AC", a => { a.push(0x4_0002); a.popfd(); a.mov(eax, __[(int)Data + 1]); }, "#AC(0000)",
            Prepare: m => m.State->Cr0 |= ControlRegisters.AlignmentMask),
        new("an aligned access with AC", a => { a.push(0x4_0002); a.popfd(); a.mov(eax, __[(int)Data + 4]); },
            Prepare: m => m.State->Cr0 |= ControlRegisters.AlignmentMask),
        new("an unaligned access with AC but not AM", a => { a.push(0x4_0002); a.popfd(); a.mov(eax, __[(int)Data + 1]); }),
    ];

    private static SystemCase[] Long =>
    [
        new("the stack is aligned", a => { a.add(rsp, -3); a.ud2(); }, "#UD", m => Assert.That((m.State->Rsp & 7, m.Pop(3)), Is.EqualTo((0UL, Stack - 3)))),
        new("SS:RSP is pushed at the same level", a => a.ud2(), "#UD", m => Assert.That((m.Pop(3), m.Pop(4)), Is.EqualTo((Stack, (ulong)Selectors.Data)))),
        new("a gate with a stack of its own", a => a.ud2(), "#UD", m => Assert.That(m.State->Rsp, Is.EqualTo(TableStack - 40)),
            m => m.WriteGate(6, Gate(Selectors.Code, Handlers + 0x60, 14, 0, count: 1))),
        new("a gate to compatibility code", a => a.@int(0x21), "#GP(0148)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.CompatibilityCode, 0, 14, 0))),
        new("a gate to an address that is not canonical", a => a.@int(0x21), "#GP(0000)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.Code, 0, 14, 0), 0x8000)),
        new("a 16-bit gate", a => a.@int(0x21), "#GP(010A)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.Code, 0, 6, 0))),
        new("a task gate", a => a.@int(0x21), "#GP(010A)", Prepare: m => m.WriteGate(0x21, Gate(Selectors.OtherTask, 0, 5, 0))),
        new("a vector beyond the table", a => a.@int(0x21), "#GP(010A)", Prepare: m => m.State->Idtr.Limit = 0x21E),
        new("INTO is gone", a => a.db(0xCE), "#UD"),
        new("PUSH CS is gone", a => a.db(0x0E), "#UD"),
        new("LDS is gone", a => a.db(0xC5, 0x00), "#UD"),
        new("ARPL is gone", a => { a.db(0x9A, 0, 0, 0, 0, 8, 0); }, "#UD"),
        new("PUSHA is gone", a => a.db(0x60), "#UD"),
        new("a jump to an address that is not canonical", a => { a.mov(rax, 0x8000_0000_0000UL); a.jmp(rax); }, "#GP(0000)", m => Assert.That(m.Pop(1), Is.EqualTo(Start + 10))),
        new("a kernel stack that is not mapped", a => a.ud2(), "#DF(0000)", Prepare: m =>
        {
            m.State->Rsp = 0x7F_0000_0000;
            m.WriteGate(8, Gate(Selectors.Code, Handlers + 0x80, 14, 0, count: 1));
        }),
        new("RDTSCP reads the processor's number", a => { a.mov(ecx, unchecked((int)0xC000_0103)); a.mov(eax, 7); a.xor(edx, edx); a.wrmsr(); a.rdtscp(); },
            Check: m => Assert.That(m.State->Rcx, Is.EqualTo(7))),
        new("RDRAND", a => { a.xor(eax, eax); a.rdrand(rax); }, Check: m => Assert.That((m.State->Rax, m.Pop(2) & 1), Is.EqualTo((0x9E37_79B9_7F4A_7C15, 1UL)))),
    ];

    private static SystemCase[] LongUser =>
    [
        new("SS is null after a change of level", a => a.ud2(), "#UD", m => Assert.That(m.State->Segments[(int)SegmentIndex.Ss].Selector, Is.Zero)),
        new("the stack comes from the task", a => a.ud2(), "#UD", m => Assert.That(m.State->Rsp, Is.EqualTo(InnerStack - 40))),
        new("SWAPGS", a => a.swapgs(), "#GP(0000)"),
        new("RDFSBASE without CR4.FSGSBASE", a => a.rdfsbase(rax), "#UD"),
        new("WRGSBASE", a => { a.mov(eax, 0x123); a.wrgsbase(rax); a.rdgsbase(rbx); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(0x123)),
            Prepare: m => m.State->Cr4 |= ControlRegisters.FsGsBase),
        new("WRFSBASE of an address that is not canonical", a => { a.mov(rax, 0x8000_0000_0000UL); a.wrfsbase(rax); }, "#GP(0000)",
            Prepare: m => m.State->Cr4 |= ControlRegisters.FsGsBase),
    ];

    [TestCaseSource(nameof(Kernel))]
    public void AtLevel0(SystemCase test) => test.RunOn(Protected());

    [TestCaseSource(nameof(User))]
    public void AtLevel3(SystemCase test) => test.RunOn(Protected(3));

    [TestCaseSource(nameof(Long))]
    public void InLongMode(SystemCase test) => test.RunOn(SystemMachine.Long());

    [TestCaseSource(nameof(LongUser))]
    public void InLongModeAtLevel3(SystemCase test) => test.RunOn(SystemMachine.Long(3));

    private static void Bounds(Assembler a)
    {
        a.mov(__dword_ptr[(int)Data], -2);
        a.mov(__dword_ptr[(int)Data + 4], 8);
    }

    private static void BadLoad(Assembler a)
    {
        a.mov(eax, Selectors.Task);
        a.mov(ds, ax);
    }

    private static void Break(SystemMachine m, int vector) => m.WriteGate(vector, 0);

    private static void WithInterrupts(SystemMachine m) => m.State->SystemFlags |= SystemFlags.Interrupt;

    private static bool Flag(SystemMachine m, SystemFlags flag) => (m.State->SystemFlags & flag) != 0;
}
