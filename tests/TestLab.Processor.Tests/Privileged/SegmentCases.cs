using Iced.Intel;
using TestLab.Processor.State;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Loads of segment registers, limits and types of segments (SDM volume 3, chapter 5; volume 2, MOV, LDS, LAR ...).</summary>
public sealed unsafe class SegmentCases
{
    private static SystemCase[] Kernel =>
    [
        new("a null selector loads into DS", a => Load(a, ds, 0)),
        new("a null selector with a privilege level loads into ES", a => Load(a, es, 3)),
        new("null DS faults when it is used", a => { Load(a, ds, 0); a.mov(al, __[0x6000]); }, "#GP(0000)"),
        new("null DS faults when it is written", a => { Load(a, ds, 0); a.mov(__[0x6000], al); }, "#GP(0000)"),
        new("null SS cannot be loaded", a => Load(a, ss, 0), "#GP(0000)"),
        new("DS takes data", a => Load(a, ds, Selectors.Data)),
        new("DS takes read-only data", a => Load(a, ds, Selectors.ReadOnlyData)),
        new("read-only data can be read", a => { Load(a, ds, Selectors.ReadOnlyData); a.mov(al, __[0x6000]); }),
        new("read-only data cannot be written", a => { Load(a, ds, Selectors.ReadOnlyData); a.mov(__[0x6000], al); }, "#GP(0000)"),
        new("DS takes readable code", a => Load(a, ds, Selectors.Code)),
        new("readable code can be read", a => { Load(a, ds, Selectors.Code); a.mov(al, __[0x6000]); }),
        new("code cannot be written", a => { Load(a, ds, Selectors.Code); a.mov(__[0x6000], al); }, "#GP(0000)"),
        new("code cannot be written through CS", a => a.mov(__.cs[0x6000], al), "#GP(0000)"),
        new("DS refuses code that cannot be read", a => Load(a, ds, Selectors.ExecuteOnly), "#GP(0100)"),
        new("DS takes conforming code", a => Load(a, ds, Selectors.Conforming)),
        new("DS refuses a system segment", a => Load(a, ds, Selectors.Task), "#GP(0030)"),
        new("DS refuses a gate", a => Load(a, ds, Selectors.UserGate), "#GP(0070)"),
        new("DS refuses an absent segment", a => Load(a, ds, Selectors.AbsentData), "#NP(0040)"),
        new("ES refuses an absent segment", a => Load(a, es, Selectors.AbsentData), "#NP(0040)"),
        new("SS refuses an absent segment with its own vector", a => Load(a, ss, Selectors.AbsentData), "#SS(0040)"),
        new("DS takes data of an outer level", a => Load(a, ds, Selectors.UserData)),
        new("DS refuses a requested level above the segment's", a => Load(a, ds, Selectors.Data | 3), "#GP(0010)"),
        new("SS refuses data of another level", a => Load(a, ss, Selectors.UserData), "#GP(0020)"),
        new("SS refuses another requested level", a => Load(a, ss, Selectors.Data | 1), "#GP(0010)"),
        new("SS refuses read-only data", a => Load(a, ss, Selectors.ReadOnlyData), "#GP(0050)"),
        new("SS refuses code", a => Load(a, ss, Selectors.Code), "#GP(0008)"),
        new("a selector beyond the table", a => Load(a, ds, Selectors.Beyond), "#GP(0300)"),
        new("a selector of a local table that is not there", a => Load(a, ds, 0x0C), "#GP(000C)"),
        new("a selector of the local table", a => { LoadLocalTable(a); Load(a, ds, 0x0C); }),
        new("a selector beyond the local table", a => { LoadLocalTable(a); Load(a, ds, 0x44); }, "#GP(0044)"),
        new("an empty descriptor of the local table", a => { LoadLocalTable(a); Load(a, ds, 0x14); }, "#GP(0014)"),
        new("MOV to DS sets the accessed bit", a => Load(a, ds, Selectors.SmallData), Check: m => IsAccessed(m, Selectors.SmallData)),
        new("POP DS", a => { a.push(Selectors.Data); a.pop(ds); }, Check: m => Assert.That(m.State->Rsp & 0xFFF, Is.EqualTo(0xFF4))),
        new("POP of a bad selector leaves the stack", a => { a.push(Selectors.Task); a.pop(ds); }, "#GP(0030)", m => Assert.That(m.State->Rsp, Is.EqualTo(Stack - 4 - 16))),
        new("PUSH of a segment", a => { a.push(fs); a.pop(eax); }, Check: m => Assert.That(m.State->Rax, Is.EqualTo(Selectors.Data))),
        new("MOV from a segment extends with zeros", a => { a.mov(eax, -1); a.mov(eax, ds); }, Check: m => Assert.That(m.State->Rax, Is.EqualTo(Selectors.Data))),
        new("LES", a => { Pointer(a, Selectors.UserData); a.les(ebx, __[(int)Data]); },
            Check: m => Assert.That((m.State->Rbx, m.State->Segments[(int)SegmentIndex.Es].Selector), Is.EqualTo((0x1234_5678UL, Selectors.UserData)))),
        new("LDS of a bad selector", a => { Pointer(a, Selectors.AbsentData); a.lds(ebx, __[(int)Data]); }, "#NP(0040)"),
        new("LFS", a => { Pointer(a, Selectors.Data); a.lfs(ebx, __[(int)Data]); }),
        new("LGS of null", a => { Pointer(a, 0); a.lgs(ebx, __[(int)Data]); }),
        new("LSS", a => { a.mov(edx, esp); a.mov(__dword_ptr[(int)Data], edx); a.mov(__word_ptr[(int)Data + 4], Selectors.Data); a.lss(esp, __[(int)Data]); }),
        new("LSS of null", a => { Pointer(a, 0); a.lss(esp, __[(int)Data]); }, "#GP(0000)"),
        new("the last byte inside a limit", a => { Load(a, ds, Selectors.SmallData); a.mov(al, __[0xFF]); }),
        new("the first byte beyond a limit", a => { Load(a, ds, Selectors.SmallData); a.mov(al, __[0x100]); }, "#GP(0000)"),
        new("a word across a limit", a => { Load(a, ds, Selectors.SmallData); a.mov(ax, __[0xFF]); }, "#GP(0000)"),
        new("a double word at a limit", a => { Load(a, ds, Selectors.SmallData); a.mov(eax, __[0xFC]); }),
        new("a write beyond a limit", a => { Load(a, ds, Selectors.SmallData); a.mov(__[0x100], al); }, "#GP(0000)"),
        new("a negative offset", a => { Load(a, ds, Selectors.SmallData); a.mov(al, __[0xFFFF_FFFF]); }, "#GP(0000)"),
        new("the stack's limit has its own vector", a => { Load(a, ss, Selectors.SmallData); a.mov(al, __.ss[0x100]); }, "#SS(0000)",
            Prepare: NewHandlerStack),
        new("BP addresses the stack", a => { Load(a, ss, Selectors.SmallData); a.mov(ebp, 0x100); a.mov(al, __[ebp]); }, "#SS(0000)", Prepare: NewHandlerStack),
        new("a push below the stack segment", a => { Load(a, ss, Selectors.SmallData); a.xor(esp, esp); a.push(eax); }, "#SS(0000)", Prepare: NewHandlerStack),
        new("a push across the stack's limit", a => { Load(a, ss, Selectors.SmallData); a.mov(esp, 0x102); a.push(eax); }, "#SS(0000)", Prepare: NewHandlerStack),
        new("the first byte of an expand-down segment", a => { Load(a, ds, Selectors.ExpandDown); a.mov(al, __[0x7000]); }),
        new("the byte below an expand-down segment", a => { Load(a, ds, Selectors.ExpandDown); a.mov(al, __[0x6FFF]); }, "#GP(0000)"),
        new("a word across the start of an expand-down segment", a => { Load(a, ds, Selectors.ExpandDown); a.mov(ax, __[0x6FFF]); }, "#GP(0000)"),
        new("16-bit code has its own limit", a => a.jmp(Selectors.NarrowCode, 0x1_0000), "#GP(0000)"),
        new("LAR of data", a => { a.mov(eax, Selectors.Data); a.lar(ebx, eax); }, Check: m => Rights(m, 0x00CF_9300)),
        new("LAR of an absent segment", a => { a.mov(eax, Selectors.AbsentData); a.lar(ebx, eax); }, Check: m => Rights(m, 0x00CF_1300)),
        new("LAR of a call gate", a => { a.mov(eax, Selectors.UserGate); a.lar(ebx, eax); }, Check: m => Rights(m, 0x0000_EC00)),
        new("LAR of null", a => { a.xor(eax, eax); a.lar(ebx, eax); }, Check: m => Zero(m, false)),
        new("LAR beyond the table", a => { a.mov(eax, Selectors.Beyond); a.lar(ebx, eax); }, Check: m => Zero(m, false)),
        new("LSL of bytes", a => { a.mov(eax, Selectors.SmallData); a.lsl(ebx, eax); }, Check: m => Rights(m, 0xFF)),
        new("LSL of pages", a => { a.mov(eax, Selectors.Data); a.lsl(ebx, eax); }, Check: m => Rights(m, 0xFFFF_FFFF)),
        new("LSL of a task", a => { a.mov(eax, Selectors.OtherTask); a.lsl(ebx, eax); }, Check: m => Rights(m, 0x67)),
        new("LSL of a gate", a => { a.mov(eax, Selectors.UserGate); a.lsl(ebx, eax); }, Check: m => Zero(m, false)),
        new("VERR of code", a => { a.mov(eax, Selectors.Code); a.verr(ax); }, Check: m => Zero(m, true)),
        new("VERR of execute-only code", a => { a.mov(eax, Selectors.ExecuteOnly); a.verr(ax); }, Check: m => Zero(m, false)),
        new("VERR with a low requested level", a => { a.mov(eax, Selectors.Data | 3); a.verr(ax); }, Check: m => Zero(m, false)),
        new("VERW of data", a => { a.mov(eax, Selectors.Data); a.verw(ax); }, Check: m => Zero(m, true)),
        new("VERW of read-only data", a => { a.mov(eax, Selectors.ReadOnlyData); a.verw(ax); }, Check: m => Zero(m, false)),
        new("ARPL raises the requested level", a => { a.mov(eax, 0x10); a.mov(ecx, 3); a.arpl(ax, cx); },
            Check: m => { Zero(m, true); Assert.That(m.State->Rax, Is.EqualTo(0x13)); }),
        new("ARPL leaves a higher level", a => { a.mov(eax, 0x13); a.mov(ecx, 1); a.arpl(ax, cx); }, Check: m => Zero(m, false)),
        new("LLDT of null", a => { a.xor(eax, eax); a.lldt(ax); }),
        new("LLDT of data", a => { a.mov(eax, Selectors.Data); a.lldt(ax); }, "#GP(0010)"),
        new("LLDT of an absent table", a => { a.mov(eax, Selectors.AbsentLocalTable); a.lldt(ax); }, "#NP(0150)"),
        new("LLDT out of the local table", a => { a.mov(eax, 0x0C); a.lldt(ax); }, "#GP(000C)"),
        new("SLDT", a => { LoadLocalTable(a); a.sldt(ebx); }, Check: m => Assert.That(m.State->Rbx, Is.EqualTo(Selectors.LocalTable))),
        new("LTR of null", a => { a.xor(eax, eax); a.ltr(ax); }, "#GP(0000)"),
        new("LTR of a busy task", a => { a.mov(eax, Selectors.Task); a.ltr(ax); }, "#GP(0030)"),
        new("LTR of an absent task", a => { a.mov(eax, Selectors.AbsentTask); a.ltr(ax); }, "#NP(0138)"),
        new("LTR makes the task busy", a => { a.mov(eax, Selectors.OtherTask); a.ltr(ax); },
            Check: m => { m.Memory.TryReadUInt64(Gdt + Selectors.OtherTask, out ulong d); Assert.That(d >> 40 & 15, Is.EqualTo(11)); }),
        new("STR", a => a.str(ebx), Check: m => Assert.That(m.State->Rbx, Is.EqualTo(Selectors.Task))),
    ];

    private static SystemCase[] User =>
    [
        new("DS refuses data of an inner level", a => Load(a, ds, Selectors.Data), "#GP(0010)"),
        new("DS takes conforming code of an inner level", a => Load(a, ds, Selectors.Conforming)),
        new("DS takes its own level", a => Load(a, ds, Selectors.UserData)),
        new("DS takes its own level, requested at 0", a => Load(a, ds, Selectors.UserData & ~3)),
        new("SS refuses the level 0 request", a => Load(a, ss, Selectors.UserData & ~3), "#GP(0020)"),
        new("LAR of an inner segment", a => { a.mov(eax, Selectors.Data); a.lar(ebx, eax); }, Check: m => Zero(m, false)),
        new("LSL of an inner segment", a => { a.mov(eax, Selectors.Data); a.lsl(ebx, eax); }, Check: m => Zero(m, false)),
        new("VERR of an inner segment", a => { a.mov(eax, Selectors.Data); a.verr(ax); }, Check: m => Zero(m, false)),
        new("VERR of inner conforming code", a => { a.mov(eax, Selectors.Conforming); a.verr(ax); }, Check: m => Zero(m, true)),
        new("LLDT is privileged", a => { a.xor(eax, eax); a.lldt(ax); }, "#GP(0000)"),
        new("LTR is privileged", a => { a.mov(eax, Selectors.OtherTask); a.ltr(ax); }, "#GP(0000)"),
        new("SLDT is not", a => a.sldt(eax)),
        new("STR is not", a => a.str(eax)),
        new("SGDT is not", a => a.sgdt(__[(int)Data]), Check: m => Table(m, Gdt, 0x2FF)),
        new("SIDT is not", a => a.sidt(__[(int)Data]), Check: m => Table(m, Idt, 0x7FF)),
    ];

    private static SystemCase[] Long =>
    [
        new("a null SS loads at level 0", a => Load(a, ss, 0)),
        new("a null SS with another level does not", a => Load(a, ss, 3), "#GP(0000)"),
        new("null DS is no obstacle", a => { Load(a, ds, 0); a.mov(al, __[0x6000]); }),
        new("limits do not count", a => { Load(a, ds, Selectors.SmallData); a.mov(eax, __[0x100]); }),
        new("read-only data can be written", a => { Load(a, ds, Selectors.ReadOnlyData); a.mov(__[0x6000], eax); }),
        new("types are checked on the load", a => Load(a, ds, Selectors.ExecuteOnly), "#GP(0100)"),
        new("absence is checked on the load", a => Load(a, ds, Selectors.AbsentData), "#NP(0040)"),
        new("FS has a base", a => { Load(a, fs, Selectors.SmallData); a.mov(eax, __.fs[0]); },
            Check: m => Assert.That(m.State->Segments[(int)SegmentIndex.Fs].Base, Is.EqualTo(Data))),
        new("LTR reads sixteen bytes", a => { a.mov(eax, Selectors.OtherTask); a.ltr(ax); },
            Check: m => Assert.That(m.State->Segments[(int)SegmentIndex.Task].Base, Is.EqualTo(0xFFFF_8000_0000_3400)),
            Prepare: m => m.Memory.TryWriteUInt64(Gdt + Selectors.OtherTask + 8, 0xFFFF_8000)),
        new("LTR refuses a 16-bit task", a => { a.mov(eax, Selectors.NarrowTask); a.ltr(ax); }, "#GP(0120)"),
        new("LSL of a 16-bit task", a => { a.mov(eax, Selectors.NarrowTask); a.lsl(ebx, eax); }, Check: m => Zero(m, false)),
        new("a reference that is not canonical", a => { a.mov(rax, 0x8000_0000_0000UL); a.mov(al, __[rax]); }, "#GP(0000)"),
        new("a stack reference that is not canonical", a => { a.mov(rbp, 0x8000_0000_0000UL); a.mov(al, __[rbp]); }, "#SS(0000)"),
        new("a push to a stack that is not canonical", a => { a.mov(rsp, 0x8000_0000_0010UL); a.push(rax); }, "#SS(0000)",
            Prepare: m => m.WriteGate(12, Gate(Selectors.Code, Handlers + 12 * 16, 14, 0, count: 1))),
        new("SGDT stores eight bytes of base", a => a.sgdt(__[(int)Data]), Check: m => Table(m, Gdt, 0x2FF)),
        new("LGDT of a base that is not canonical", a => { a.mov(rax, 0x8000_0000_0000UL); a.mov(__[(int)Data + 2], rax); a.lgdt(__[(int)Data]); }, "#GP(0000)"),
    ];

    [TestCaseSource(nameof(Kernel))]
    public void AtLevel0(SystemCase test) => test.RunOn(Protected());

    [TestCaseSource(nameof(User))]
    public void AtLevel3(SystemCase test) => test.RunOn(Protected(3));

    [TestCaseSource(nameof(Long))]
    public void InLongMode(SystemCase test) => test.RunOn(SystemMachine.Long());

    private static void Load(Assembler a, AssemblerRegisterSegment segment, int selector)
    {
        a.mov(eax, selector);
        a.mov(segment, ax);
    }

    private static void LoadLocalTable(Assembler a)
    {
        a.mov(eax, Selectors.LocalTable);
        a.lldt(ax);
    }

    private static void Pointer(Assembler a, ushort selector)
    {
        a.mov(__dword_ptr[(int)Data], 0x1234_5678);
        a.mov(__word_ptr[(int)Data + 4], selector);
    }

    /// <summary>The handler of stack faults runs as a task: at level 0 it would find the bad stack.</summary>
    private static void NewHandlerStack(SystemMachine m) => m.HandleByTask(12);

    private static void IsAccessed(SystemMachine m, ushort selector)
    {
        m.Memory.TryReadUInt64(Gdt + selector, out ulong descriptor);
        Assert.That(descriptor >> 40 & 1, Is.EqualTo(1));
    }

    private static void Rights(SystemMachine m, ulong rights)
    {
        Zero(m, true);
        Assert.That(m.State->Rbx, Is.EqualTo(rights));
    }

    /// <summary>ZF in the frame of the final interrupt.</summary>
    private static void Zero(SystemMachine m, bool set) =>
        Assert.That((m.Pop(2) & Flags.Zero) != 0, Is.EqualTo(set));

    private static void Table(SystemMachine m, ulong place, ushort limit)
    {
        m.Memory.TryReadUInt16(Data, out ushort storedLimit);
        m.Memory.TryReadUInt32(Data + 2, out uint storedBase);
        Assert.That((storedLimit, (ulong)storedBase), Is.EqualTo((limit, place)));
    }
}
