using Iced.Intel;
using TestLab.Processor.State;
using static Iced.Intel.AssemblerRegisters;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>Rights, reserved bits, accessed and dirty bits, large and global pages with 2, 3 and 4 levels (SDM volume 3, chapter 4).</summary>
public sealed unsafe class PagingCases
{
    private const int Page = 0x7000;
    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong User = 4;
    private const ulong Accessed = 0x20;
    private const ulong Dirty = 0x40;
    private const ulong Global = 0x100;
    private const ulong NoExecute = 1UL << 63;

    /// <summary>All combinations; in the directory, which the code and the handler's stack share, those that let both live.</summary>
    private static IEnumerable<TestCaseData> Rights()
    {
        foreach (int levels in (int[])[2, 3, 4])
            foreach (int privilege in (int[])[0, 3])
                foreach (string access in (string[])["read", "write", "fetch"])
                    foreach (bool protects in (bool[])[false, true])
                        for (int flags = 0; flags < 8; flags++)
                        {
                            yield return new TestCaseData(levels, privilege, flags, access, false, protects);
                            bool lives = privilege == 3 && flags is 5 or 7 && (flags == 7 || !protects);
                            if (lives) yield return new TestCaseData(levels, privilege, flags, access, true, protects);
                        }
    }

    [TestCaseSource(nameof(Rights))]
    public void RightsOfThePage(int levels, int privilege, int flags, string access, bool inDirectory, bool protects)
    {
        using SystemMachine machine = Machine(levels, privilege);
        if (!protects) machine.State->Cr0 &= ~ControlRegisters.WriteProtect;
        ulong place = inDirectory ? machine.DirectoryOf(Page) : machine.LeafOf(Page);
        machine.WriteEntry(place, (machine.ReadEntry(place) & ~7UL) | (uint)flags);
        machine.Bare.Load(Page, [0xCD, 0x80]);

        bool user = privilege == 3;
        bool present = (flags & (int)Present) != 0;
        bool allowed = present && (!user || (flags & (int)User) != 0)
            && (access != "write" || (flags & (int)Writable) != 0 || (!user && !protects));
        // Without the execute-disable feature a fetch is told apart by nothing.
        bool tellsFetch = access == "fetch" && levels > 2;
        int error = (present ? 1 : 0) | (access == "write" ? 2 : 0) | (user ? 4 : 0) | (tellsFetch ? 16 : 0);
        Assert.That(machine.Run(Touch(access)), Is.EqualTo(allowed ? "done" : $"#PF({error:X4})"));
        if (!allowed) Assert.That(machine.State->Cr2, Is.EqualTo(Page));
    }

    [TestCase(3, 1UL << 41, "#PF(0009)")]
    [TestCase(3, 1UL << 51, "#PF(0009)")]
    [TestCase(4, 1UL << 40, "#PF(0009)")]
    [TestCase(4, 1UL << 51, "#PF(0009)")]
    [TestCase(4, 1UL << 52, "done")]
    [TestCase(4, 1UL << 62, "done")]
    [TestCase(4, NoExecute, "done")]
    [TestCase(4, 1UL << 9, "done")]
    public void ReservedBitsOfTheEntry(int levels, ulong bits, string expected)
    {
        using SystemMachine machine = Machine(levels, 0);
        machine.WriteEntry(machine.LeafOf(Page), machine.ReadEntry(machine.LeafOf(Page)) | bits);
        Assert.That(machine.Run(Touch("read")), Is.EqualTo(expected));
    }

    [Test]
    public void TheExecuteDisableBitIsReservedUntilItIsEnabled()
    {
        using SystemMachine machine = Long();
        machine.State->Efer &= ~ControlRegisters.NoExecuteEnable;
        machine.WriteEntry(machine.LeafOf(Page), machine.ReadEntry(machine.LeafOf(Page)) | NoExecute);
        Assert.That(machine.Run(Touch("read")), Is.EqualTo("#PF(0009)"));
    }

    [TestCase(3, 0, "#PF(0011)")]
    [TestCase(3, 3, "#PF(0015)")]
    [TestCase(4, 0, "#PF(0011)")]
    [TestCase(4, 3, "#PF(0015)")]
    public void ExecuteDisableStopsFetches(int levels, int privilege, string expected)
    {
        using SystemMachine machine = Machine(levels, privilege);
        machine.WriteEntry(machine.LeafOf(Page), machine.ReadEntry(machine.LeafOf(Page)) | NoExecute);
        Assert.That(machine.Run(Touch("fetch")), Is.EqualTo(expected));
    }

    [TestCase(4, 0x1000UL, 1UL << 7)] // The fourth level has no large pages.
    [TestCase(4, 0x1008UL, 1UL << 13)] // The address of a page of 1 GiB is a multiple of it.
    [TestCase(4, 0x2010UL, 1UL << 13)]
    public void ReservedBitsAboveTheLeaf(int levels, ulong offset, ulong bits)
    {
        using SystemMachine machine = Machine(levels, 0);
        ulong place = PageTables + (offset == 0x1000 ? 0 : offset);
        int address = offset switch { 0x1000 => Page, 0x1008 => 0x4000_7000, _ => 0x40_7000 };
        machine.WriteEntry(place, machine.ReadEntry(place) | bits);
        if (offset == 0x1000)
        {
            Assert.That(machine.Run(Touch("read")), Is.EqualTo("shutdown"));
            return;
        }

        Assert.That(machine.Run(a => a.mov(al, __[address])), Is.EqualTo("#PF(0009)"));
    }

    [Test]
    public void AReadSetsTheAccessedBitAlone([Values(2, 3, 4)] int levels)
    {
        using SystemMachine machine = Machine(levels, 0);
        Assert.That(machine.Run(Touch("read")), Is.EqualTo("done"));
        Assert.That(machine.ReadEntry(machine.LeafOf(Page)) & (Accessed | Dirty), Is.EqualTo(Accessed));
        Assert.That(machine.ReadEntry(machine.DirectoryOf(Page)) & (Accessed | Dirty), Is.EqualTo(Accessed));
    }

    [Test]
    public void AWriteSetsTheDirtyBit([Values(2, 3, 4)] int levels)
    {
        using SystemMachine machine = Machine(levels, 0);
        Assert.That(machine.Run(a => { a.mov(al, __[Page]); a.mov(__[Page], al); }), Is.EqualTo("done"));
        Assert.That(machine.ReadEntry(machine.LeafOf(Page)) & (Accessed | Dirty), Is.EqualTo(Accessed | Dirty));
    }

    [Test]
    public void ARefusedWriteSetsNothing([Values(2, 3, 4)] int levels)
    {
        using SystemMachine machine = Machine(levels, 3);
        machine.WriteEntry(machine.LeafOf(Page), machine.ReadEntry(machine.LeafOf(Page)) & ~Writable);
        Assert.That(machine.Run(Touch("write")), Is.EqualTo("#PF(0007)"));
        Assert.That(machine.ReadEntry(machine.LeafOf(Page)) & (Accessed | Dirty), Is.Zero);
    }

    [TestCase(2, 0x40_7000, 0x1_0000UL)]
    [TestCase(3, 0x40_7000, 0x1_0000UL)]
    [TestCase(4, 0x40_7000, 0x1_0000UL)]
    [TestCase(4, 0x4000_7000, 0x1_0000UL)]
    public void LargePagesLeadToTheirFrames(int levels, int address, ulong value)
    {
        using SystemMachine machine = Machine(levels, 0);
        machine.Memory.TryWriteUInt32(Page, (uint)value);
        Assert.That(machine.Run(a => a.mov(eax, __[address])), Is.EqualTo("done"));
        Assert.That(machine.State->Rax, Is.EqualTo(value));
    }

    [TestCase(2, 0x40_7000, 0x4UL)]
    [TestCase(3, 0x40_7000, 0x1010UL)]
    [TestCase(4, 0x40_7000, 0x2010UL)]
    [TestCase(4, 0x4000_7000, 0x1008UL)]
    public void InvlpgDropsTheWholeLargePage(int levels, int address, ulong entry)
    {
        using SystemMachine machine = Machine(levels, 0);
        string outcome = machine.Run(a =>
        {
            a.mov(al, __[address]);
            a.mov(al, __[address + 0x5000]);
            a.mov(__dword_ptr[(int)(PageTables + entry)], 0);
            a.invlpg(__[address]);
            a.mov(al, __[address + 0x5000]);
        });
        Assert.That((outcome, machine.State->Cr2), Is.EqualTo(("#PF(0000)", (ulong)address + 0x5000)));
    }

    [Test]
    public void InvlpgDropsThePage([Values(2, 3, 4)] int levels)
    {
        using SystemMachine machine = Machine(levels, 0);
        int leaf = (int)machine.LeafOf(Page);
        Assert.That(machine.Run(a => { a.mov(al, __[Page]); a.mov(__dword_ptr[leaf], 0); a.invlpg(__[Page]); a.mov(al, __[Page]); }), Is.EqualTo("#PF(0000)"));
    }

    [TestCase(true, "done")]
    [TestCase(false, "#PF(0000)")]
    public void AGlobalPageOutlivesALoadOfCr3(bool global, string expected)
    {
        foreach (int levels in (int[])[2, 3, 4])
        {
            using SystemMachine machine = Machine(levels, 0);
            machine.State->Cr4 |= ControlRegisters.PageGlobalEnable;
            int leaf = (int)machine.LeafOf(Page);
            if (global) machine.WriteEntry(machine.LeafOf(Page), machine.ReadEntry(machine.LeafOf(Page)) | Global);
            string outcome = machine.Run(a =>
            {
                a.mov(al, __[Page]);
                a.mov(__dword_ptr[leaf], 0);
                if (levels == 4) { a.mov(rax, cr3); a.mov(cr3, rax); }
                else { a.mov(eax, cr3); a.mov(cr3, eax); }
                a.mov(al, __[Page]);
            });
            Assert.That(outcome, Is.EqualTo(expected), $"{levels} levels");
        }
    }

    [Test]
    public void TogglingPgeDropsGlobalPages()
    {
        using SystemMachine machine = Long();
        machine.State->Cr4 |= ControlRegisters.PageGlobalEnable;
        int leaf = (int)machine.LeafOf(Page);
        machine.WriteEntry(machine.LeafOf(Page), machine.ReadEntry(machine.LeafOf(Page)) | Global);
        string outcome = machine.Run(a =>
        {
            a.mov(al, __[Page]);
            a.mov(__dword_ptr[leaf], 0);
            a.mov(rax, cr4);
            a.and(al, 0x7F);
            a.mov(cr4, rax);
            a.mov(al, __[Page]);
        });
        Assert.That(outcome, Is.EqualTo("#PF(0000)"));
    }

    [Test]
    public void APushThatFaultsLeavesTheStackPointer([Values(2, 3, 4)] int levels, [Values("push", "call", "enter", "pushf")] string what) =>
        CheckPush(levels, what);

    [Test]
    public void APushOfManyThatFaultsLeavesTheStackPointer([Values(2, 3)] int levels, [Values("pusha", "call far")] string what) =>
        CheckPush(levels, what);

    private static void CheckPush(int levels, string what)
    {
        using SystemMachine machine = Machine(levels, 3);
        machine.WriteEntry(machine.LeafOf(Page), 0);
        ulong stack = what is "pusha" ? Page + 0x1008UL : Page + 0x1000UL;
        machine.State->Rsp = stack;
        string outcome = machine.Run(a =>
        {
            switch (what)
            {
                case "push" when levels == 4: a.push(rax); break;
                case "push": a.push(eax); break;
                case "call": a.call(Target); break;
                case "pusha": a.pushad(); break;
                case "enter": a.enter(16, 0); break;
                case "pushf" when levels == 4: a.pushfq(); break;
                case "pushf": a.pushfd(); break;
                default: a.call(Selectors.UserCode, (uint)Target); break;
            }
        });
        int frame = 4; // SP of the interrupted program.
        Assert.That((outcome, machine.Pop(frame), machine.Pop(1)), Is.EqualTo(("#PF(0006)", stack, Start)));
        Assert.That(machine.State->Cr2 & ~0xFFFUL, Is.EqualTo(Page));
    }

    [Test]
    public void AnAccessAcrossPagesFaultsAtTheSecondOneBeforeItWrites([Values(2, 3, 4)] int levels)
    {
        using SystemMachine machine = Machine(levels, 0);
        machine.State->Rsp = UserStack; // The other one is in the second page.
        machine.WriteEntry(machine.LeafOf(Page + 0x1000), 0);
        Assert.That(machine.Run(a => { a.mov(eax, -1); a.mov(__dword_ptr[Page + 0xFFE], eax); }), Is.EqualTo("#PF(0002)"));
        machine.Memory.TryReadUInt32(Page + 0xFFE, out uint value);
        Assert.That((machine.State->Cr2, (ushort)value), Is.EqualTo((Page + 0x1000UL, (ushort)0)));
    }

    [Test]
    public void AReadOfTheKernelsPageByTheUserIsRefusedThoughTheKernelHasReadIt()
    {
        using SystemMachine machine = Long(3);
        machine.WriteEntry(machine.LeafOf(Page), machine.ReadEntry(machine.LeafOf(Page)) & ~User);
        Assert.That(machine.Run(Touch("read")), Is.EqualTo("#PF(0005)"));
    }

    private static SystemMachine Machine(int levels, int privilege) => levels == 4 ? Long(privilege) : Protected(privilege, levels);

    private static Action<Assembler> Touch(string access) => a =>
    {
        switch (access)
        {
            case "read": a.mov(ecx, __[Page]); break;
            case "write": a.mov(__dword_ptr[Page + 0], ecx); break;
            default: a.jmp(Page); break;
        }
    };
}
