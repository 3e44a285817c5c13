using TestLab.Processor.Execution;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>Finds the units of a processor and has them judged.</summary>
internal static unsafe class EmittedCode
{
    /// <summary>Judges what the jump cache leads to, and what the blocks that it knows are linked to.</summary>
    /// <returns>The number of host instructions seen.</returns>
    public static int Judge(Cpu cpu, CodeLayout layout)
    {
        CpuState* s = cpu.State;
        byte* code = (byte*)s->TranslatedEntry;
        long length = cpu.Translation?.PeakBytes ?? throw new InvalidOperationException("The processor has no translator.");
        CodeJudge supervisor = new(layout, code, length, isUser: false);
        CodeJudge user = new(layout, code, length, isUser: true);
        foreach (nint place in Blocks(s))
        {
            Block* block = (Block*)place;
            if (block->Code != 0) ((block->Mode & CpuMode.User) != 0 ? user : supervisor).Follow(block->Code);
        }

        Assert.That(supervisor.Problems, Is.Empty, string.Join('\n', supervisor.Problems));
        Assert.That(user.Problems, Is.Empty, string.Join('\n', user.Problems));
        return supervisor.Count + user.Count;
    }

    private static HashSet<nint> Blocks(CpuState* s)
    {
        var found = new HashSet<nint>();
        var open = new Stack<nint>();
        for (int i = 0; i < JumpCacheEntry.Count; i++) Add(s->JumpCache[i].Block);
        while (open.TryPop(out nint place))
        {
            Block* block = (Block*)place;
            Add(block->Last->Link);
            Add(block->Last->OtherLink);
        }

        return found;

        void Add(Block* block)
        {
            if (block != null && block->Count != 0 && found.Add((nint)block)) open.Push((nint)block);
        }
    }
}
