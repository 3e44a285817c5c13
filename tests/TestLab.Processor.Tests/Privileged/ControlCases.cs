using Iced.Intel;
using TestLab.Processor.State;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Control, debug and model-specific registers, SYSCALL and SYSENTER, ports (SDM volumes 2 to 4).</summary>
public sealed unsafe class ControlCases
{
    private static SystemCase[] Kernel =>
    [
        new("CR0 keeps ET", a => { a.mov(eax, 1); a.mov(cr0, eax); a.mov(eax, cr0); }, Check: m => Assert.That(m.State->Rax, Is.EqualTo(0x11))),
        new("CR0.PG without PE", a => { a.mov(eax, unchecked((int)0x8000_0000)); a.mov(cr0, eax); }, "#GP(0000)"),
        new("CR0.NW without CD", a => { a.mov(eax, 0x2000_0001); a.mov(cr0, eax); }, "#GP(0000)"),
        new("CR0.CD and NW", a => { a.mov(eax, 0x6000_0001); a.mov(cr0, eax); }),
        new("CR1", a => a.db(0x0F, 0x22, 0xC8), "#UD"),
        new("CR5", a => a.db(0x0F, 0x20, 0xE8), "#UD"),
        new("CR2 can be written", a => { a.mov(eax, 0x1234); a.mov(cr2, eax); a.mov(ebx, cr2); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(0x1234))),
        new("a reserved bit of CR4", a => { a.mov(eax, 0x0100_0000); a.mov(cr4, eax); }, "#GP(0000)"),
        new("SMEP is not offered", a => { a.mov(eax, 1 << 20); a.mov(cr4, eax); }, "#GP(0000)"),
        new("PCID is not offered", a => { a.mov(eax, 1 << 17); a.mov(cr4, eax); }, "#GP(0000)"),
        new("XSAVE is not offered", a => { a.mov(eax, 1 << 18); a.mov(cr4, eax); }, "#GP(0000)"),
        new("CR4.PAE", a => { a.mov(eax, 1 << 5); a.mov(cr4, eax); a.mov(ebx, cr4); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(0x20))),
        new("CLTS", a => { a.mov(eax, 9); a.mov(cr0, eax); a.clts(); a.mov(eax, cr0); }, Check: m => Assert.That(m.State->Rax, Is.EqualTo(0x11))),
        new("TS stops x87", a => { a.mov(eax, 9); a.mov(cr0, eax); a.fld1(); }, "#NM"),
        new("EM stops x87", a => { a.mov(eax, 5); a.mov(cr0, eax); a.fld1(); }, "#NM"),
        new("EM forbids SSE", a => { a.mov(eax, 5); a.mov(cr0, eax); a.xorps(xmm0, xmm0); }, "#UD"),
        new("TS stops SSE", a => { a.mov(eax, 9); a.mov(cr0, eax); a.xorps(xmm0, xmm0); }, "#NM"),
        new("no OSFXSR forbids SSE", a => { a.xor(eax, eax); a.mov(cr4, eax); a.xorps(xmm0, xmm0); }, "#UD"),
        new("WAIT with MP and TS", a => { a.mov(eax, 0xB); a.mov(cr0, eax); a.wait(); }, "#NM"),
        new("WAIT with TS alone", a => { a.mov(eax, 9); a.mov(cr0, eax); a.wait(); }),
        new("LMSW sets TS", a => { a.mov(eax, 9); a.lmsw(ax); a.mov(eax, cr0); }, Check: m => Assert.That(m.State->Rax & 8, Is.EqualTo(8))),
        new("LMSW cannot clear PE", a => { a.xor(eax, eax); a.lmsw(ax); a.smsw(ebx); }, Check: m => Assert.That(m.State->Rbx & 1, Is.EqualTo(1))),
        new("DR0 to DR3", a => { a.mov(eax, 0x1111); a.mov(dr3, eax); a.mov(ebx, dr3); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(0x1111))),
        new("DR6 has fixed bits", a => { a.xor(eax, eax); a.mov(dr6, eax); a.mov(ebx, dr6); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(0xFFFF_0FF0))),
        new("DR7 has fixed bits", a => { a.xor(eax, eax); a.mov(dr7, eax); a.mov(ebx, dr7); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(0x400))),
        new("DR4 is DR6", a => { a.mov(ebx, dr4); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(0xFFFF_0FF0))),
        new("DR4 with CR4.DE", a => a.mov(ebx, dr4), "#UD", Prepare: m => m.State->Cr4 |= ControlRegisters.DebuggingExtensions),
        new("DR7.GD guards the others", a => { a.mov(eax, 0x2400); a.mov(dr7, eax); a.mov(ebx, dr0); }, "#DB",
            m => Assert.That((m.State->DebugRegisters[6] >> 13 & 1, m.State->DebugRegisters[7] >> 13 & 1), Is.EqualTo((1UL, 0UL)))),
        new("an instruction breakpoint", a => { a.mov(eax, (int)Start + 17); a.mov(dr0, eax); a.mov(eax, 0x401); a.mov(dr7, eax); a.nop(); a.nop(); }, "#DB",
            m => Assert.That((m.Pop(0), m.State->DebugRegisters[6] & 15), Is.EqualTo((Start + 17, 1UL)))),
        new("single step", a => { a.pushfd(); a.or(__dword_ptr[esp], 0x100); a.popfd(); a.nop(); a.nop(); }, "#DB",
            m => Assert.That((m.Pop(0), m.State->DebugRegisters[6] & 0x4000, m.Pop(2) & 0x100), Is.EqualTo((Start + 10, 0x4000UL, 0x100UL)))),
        new("single step of INT n stops behind the handler", a => { a.pushfd(); a.or(__dword_ptr[esp], 0x100); a.popfd(); a.@int(0x21); }, "int 21"),
        new("RDMSR of an unknown register", a => { a.mov(ecx, 0x1234_5678); a.rdmsr(); }, "#GP(0000)"),
        new("WRMSR of an unknown register", a => { a.mov(ecx, 0x1234_5678); a.wrmsr(); }, "#GP(0000)"),
        new("a reserved bit of EFER", a => { a.mov(ecx, unchecked((int)0xC000_0080)); a.mov(eax, 2); a.xor(edx, edx); a.wrmsr(); }, "#GP(0000)"),
        new("EFER.LME with paging off", a => { a.mov(ecx, unchecked((int)0xC000_0080)); a.mov(eax, 0x900); a.xor(edx, edx); a.wrmsr(); a.rdmsr(); },
            Check: m => Assert.That(m.State->Rax, Is.EqualTo(0x900))),
        new("long mode needs PAE", a => { a.mov(ecx, unchecked((int)0xC000_0080)); a.mov(eax, 0x100); a.xor(edx, edx); a.wrmsr();
            a.mov(eax, unchecked((int)0x8000_0001)); a.mov(cr0, eax); }, "#GP(0000)"),
        new("SYSENTER registers", a => { Write(a, 0x176, 0x1234); a.xor(eax, eax); a.rdmsr(); }, Check: m => Assert.That(m.State->Rax, Is.EqualTo(0x1234))),
        new("PAT takes known types", a => Write(a, 0x277, 0x0007_0406)),
        new("PAT refuses others", a => Write(a, 0x277, 0x0002_0406), "#GP(0000)"),
        new("a base that is not canonical", a => { a.mov(ecx, unchecked((int)0xC000_0101)); a.xor(eax, eax); a.mov(edx, 0x8000); a.wrmsr(); }, "#GP(0000)"),
        new("the time stamp counter can be set", a => { a.mov(ecx, 0x10); a.xor(eax, eax); a.mov(edx, 5); a.wrmsr(); a.rdtsc(); }, Check: m => Assert.That(m.State->Rdx, Is.EqualTo(5))),
        new("SYSENTER without a segment", a => a.sysenter(), "#GP(0000)"),
        new("SYSENTER", a => { a.mov(ebx, esp); a.sysenter(); }, Check: m => Assert.That(m.State->Rsi, Is.EqualTo(Selectors.Code)), Prepare: Sysenter),
        new("SYSEXIT", a => { a.mov(ecx, (int)UserStack); a.mov(edx, (int)Target); a.sysexit(); }, Check: m => Assert.That(m.State->Rsi, Is.EqualTo(0x1B)), Prepare: Sysenter),
        new("CPUID names Intel", a => { a.xor(eax, eax); a.cpuid(); }, Check: m => Assert.That((m.State->Rax, m.State->Rbx), Is.EqualTo((0x16UL, 0x756E_6547UL)))),
        new("CPUID beyond the highest leaf is the highest", a => { a.mov(eax, 0x17); a.cpuid(); }, Check: m => Assert.That(m.State->Rax, Is.EqualTo(1000))),
        new("CPUID tells the time stamp counter's frequency", a => { a.mov(eax, 0x15); a.cpuid(); }, Check: m =>
            Assert.That(m.State->Rbx * m.State->Rcx / m.State->Rax, Is.EqualTo(1_000_000_000UL))),
    ];

    private static SystemCase[] Long =>
    [
        new("CR0 above 32 bits", a => { a.mov(rax, 0x1_8000_0001UL); a.mov(cr0, rax); }, "#GP(0000)"),
        new("CR0.PG cannot be cleared in 64-bit code", a => { a.mov(eax, 0x11); a.mov(cr0, rax); }, "#GP(0000)"),
        new("CR4.PAE cannot be cleared", a => { a.xor(eax, eax); a.mov(cr4, rax); }, "#GP(0000)"),
        new("CR3 above the physical address", a => { a.mov(rax, 1UL << 41); a.mov(cr3, rax); }, "#GP(0000)"),
        new("EFER.LME cannot be cleared", a => { a.mov(ecx, unchecked((int)0xC000_0080)); a.mov(eax, 1); a.xor(edx, edx); a.wrmsr(); }, "#GP(0000)"),
        new("CR8", a => { a.mov(eax, 7); a.mov(cr8, rax); a.mov(rbx, cr8); }, Check: m => Assert.That((m.State->Rbx, (int)m.Bare.TaskPriority), Is.EqualTo((7UL, 7)))),
        new("CR8 above 15", a => { a.mov(eax, 16); a.mov(cr8, rax); }, "#GP(0000)"),
        new("DR7 above 32 bits", a => { a.mov(rax, 1UL << 32); a.mov(dr7, rax); }, "#GP(0000)"),
        new("SYSCALL without EFER.SCE", a => a.syscall(), "#UD", Prepare: m => m.State->Efer &= ~ControlRegisters.SyscallEnable),
        new("SYSRET to an address that is not canonical", a => { a.mov(rcx, 0x8000_0000_0000UL); a.sysretq(); }, "#GP(0000)"),
        new("SYSRET to 64-bit code", a => { a.mov(ecx, (int)Target); a.mov(r11d, 0x202); a.sysretq(); }, Check: m =>
            Assert.That((m.State->Rsi, m.Pop(4), m.Pop(2)), Is.EqualTo(((ulong)Selectors.UserCode, (ulong)Selectors.UserData, 0x202UL)))),
        new("SYSRET to compatibility mode", a => { a.mov(ecx, (int)Target); a.mov(r11d, 2); a.sysret(); }, Check: m => Assert.That(m.State->Rsi, Is.EqualTo(0x1B))),
        new("SYSENTER to 64-bit code", a => a.sysenter(), Check: m => Assert.That(m.State->Rsi, Is.EqualTo(Selectors.Code)), Prepare: Sysenter),
        new("SYSEXIT to 64-bit code", a => { a.mov(ecx, (int)UserStack); a.mov(edx, (int)Target); a.sysexitq(); },
            Check: m => Assert.That(m.State->Rsi, Is.EqualTo(Selectors.UserCode)), Prepare: Sysenter),
        new("SWAPGS", a => { a.swapgs(); a.mov(eax, __.gs[0]); }, Check: m => Assert.That((m.State->KernelGsBase, m.State->Rax), Is.EqualTo((0UL, 0x55UL))),
            Prepare: m => { m.State->KernelGsBase = Data; m.Memory.TryWriteUInt32(Data, 0x55); }),
        new("RDTSC at privilege level 0 ignores CR4.TSD", a => a.rdtsc(), Prepare: m => m.State->Cr4 |= ControlRegisters.TimeStampDisable),
    ];

    private static SystemCase[] LongUser =>
    [
        new("SYSCALL", a => a.syscall(), Check: m => Assert.That((m.State->Rsi, m.State->Rcx, m.State->Registers[11], m.State->Rsp),
            Is.EqualTo(((ulong)Selectors.Code, Start + 2, 0x202UL, UserStack - 40))),
            Prepare: m => { m.State->LongStar = Target; m.State->SyscallMask = 0x200; m.State->SystemFlags |= SystemFlags.Interrupt; }),
        new("SYSCALL clears the masked flags", a => a.syscall(), Check: m => Assert.That(m.Pop(2) & 0x200, Is.Zero),
            Prepare: m => { m.State->LongStar = Target; m.State->SyscallMask = 0x200; m.State->SystemFlags |= SystemFlags.Interrupt; }),
        new("SYSRET is privileged", a => a.sysretq(), "#GP(0000)"),
        new("SYSEXIT is privileged", a => a.sysexitq(), "#GP(0000)"),
    ];

    private static SystemCase[] Ports =>
    [
        new("an allowed port", a => { a.xor(eax, eax); a.@in(al, 0x10); }, Check: m => Assert.That(m.State->Rax, Is.EqualTo(0xFF))),
        new("a refused port", a => a.@in(al, 0x14), "#GP(0000)"),
        new("four allowed ports", a => a.@in(eax, 0x10)),
        new("a word across the end of the allowed ones", a => a.@in(ax, 0x13), "#GP(0000)"),
        new("OUT to an allowed port", a => { a.mov(eax, 0x12345); a.@out(0x12, ax); }, Check: m => Assert.That(m.Bare.PortWrites, Is.EqualTo(((ushort, uint, int)[])[(0x12, 0x2345, 2)]))),
        new("a port beyond the bitmap", a => { a.mov(edx, 0x8000); a.@in(al, dx); }, "#GP(0000)"),
        new("no bitmap inside the limit", a => a.@in(al, 0x10), "#GP(0000)", Prepare: m => m.State->Segments[(int)SegmentIndex.Task].Limit = 0x67),
        new("a 16-bit task has no bitmap", a => a.@in(al, 0x10), "#GP(0000)",
            Prepare: m => { m.State->Segments[(int)SegmentIndex.Task].Attributes = SegmentAttributes.Present | (SegmentAttributes)3; m.HandleByTask(13); }),
        new("the I/O privilege level is enough", a => a.@in(al, 0x14), Prepare: m => m.State->SystemFlags |= SystemFlags.IoPrivilegeLevel),
        new("OUTS", a => { a.mov(edx, 0x10); a.mov(esi, (int)Data); a.mov(ecx, 3); a.rep.outsb(); }, Check: m =>
            Assert.That((m.Bare.PortWrites.Count, m.State->Rsi, m.State->Rcx), Is.EqualTo((3, Data + 3, 0UL)))),
        new("INS", a => { a.mov(edx, 0x10); a.mov(edi, (int)Data); a.mov(ecx, 3); a.rep.insw(); }, Check: m =>
            { m.Memory.TryReadUInt64(Data, out ulong v); Assert.That((v, m.State->Rdi), Is.EqualTo((0xFFFF_FFFF_FFFFUL, Data + 6))); }),
        new("INS backwards", a => { a.std(); a.mov(edx, 0x10); a.mov(edi, (int)Data); a.insb(); }, Check: m => Assert.That(m.State->Rdi, Is.EqualTo(Data - 1))),
        new("INS with a count of zero", a => { a.mov(edx, 0x10); a.xor(ecx, ecx); a.rep.insb(); }),
        new("INS from a refused port", a => { a.mov(edx, 0x14); a.mov(edi, (int)Data); a.insb(); }, "#GP(0000)"),
        new("INS to what cannot be written reads no port", a => { a.mov(eax, Selectors.UserCode); a.mov(es, ax); a.mov(edx, 0x10); a.mov(edi, (int)Data); a.insb(); }, "#GP(0000)"),
    ];

    [TestCaseSource(nameof(Kernel))]
    public void AtLevel0(SystemCase test) => Run(test, Protected());

    [TestCaseSource(nameof(Long))]
    public void InLongMode(SystemCase test) => Run(test, SystemMachine.Long());

    [TestCaseSource(nameof(LongUser))]
    public void InLongModeAtLevel3(SystemCase test) => Run(test, SystemMachine.Long(3));

    [TestCaseSource(nameof(Ports))]
    public void OfPorts(SystemCase test) => test.RunOn(Protected(3));

    private static void Run(SystemCase test, SystemMachine machine)
    {
        machine.Assemble(Target, a => a.mov(esi, cs));
        test.RunOn(machine);
    }

    private static void Write(Assembler a, int register, int value)
    {
        a.mov(ecx, register);
        a.mov(eax, value);
        a.xor(edx, edx);
        a.wrmsr();
    }

    private static void Sysenter(SystemMachine m)
    {
        m.State->SysenterCs = Selectors.Code;
        m.State->SysenterEip = Target;
        m.State->SysenterEsp = Stack;
        // Where SYSEXIT leads: 32-bit code at 18h, 64-bit code at 28h.
    }
}
