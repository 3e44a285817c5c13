using System.Runtime.InteropServices;
using TestLab.Processor.Instructions;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Decoded blocks by physical address, mode and window, and which bytes of memory they were decoded from.</summary>
/// <remarks>
/// A block whose bytes change dies: it stays in memory, retires nothing and leads back to the dispatcher, until the
/// arena is full and everything is dropped. Only <see cref="Empty"/> frees blocks, and only the dispatcher calls it.
/// </remarks>
internal sealed unsafe class BlockCache : IDisposable
{
    /// <summary>Decoded code of one machine; beyond it the cache starts anew.</summary>
    public const int LimitBytes = 128 << 20;

    /// <summary>Code segments whose jump targets are told apart at a time.</summary>
    private const int CodeSegmentLimit = 4096;

    private readonly CpuState* _state;
    private readonly GuestMemory _memory;
    private readonly IExecutionEngine _engine;
    private readonly BlockArena _arena = new(LimitBytes);
    private readonly Dictionary<int, CodePage> _pages = [];
    private readonly List<int> _pageOrder = [];
    private readonly BlockTable _table = new();
    private readonly TargetSet _userTargets = new();
    private readonly TargetSet _supervisorTargets = new();
    private readonly Dictionary<(ulong Base, uint Limit), uint> _codeSegments = [];

    public BlockCache(CpuState* state, GuestMemory memory, IExecutionEngine engine)
    {
        _state = state;
        (_memory, _engine) = (memory, engine);
        ForgetMapping();
    }

    public long UsedBytes => _arena.UsedBytes;

    /// <summary>Linear addresses lead elsewhere now: cached jump targets are no longer valid.</summary>
    public void ForgetMapping()
    {
        Forget(_userTargets);
        Forget(_supervisorTargets);
        RefreshKey();
    }

    /// <summary>Linear addresses of pages that are not global lead elsewhere now, as a load of CR3 does.</summary>
    /// <remarks>Kernels map themselves by global pages, so their targets mostly stay.</remarks>
    public void ForgetLocalMapping()
    {
        Forget(_userTargets);
        if (!_supervisorTargets.AreGlobal) Forget(_supervisorTargets);
        RefreshKey();
    }

    /// <summary>Forgets targets on a page, of up to 4 MiB, at this address; others may go with them.</summary>
    public void ForgetMappingNear(ulong address)
    {
        bool user = _userTargets.HasNear(address);
        bool supervisor = _supervisorTargets.HasNear(address);
        if (user) Forget(_userTargets);
        if (supervisor) Forget(_supervisorTargets);
        if (user || supervisor) RefreshKey();
    }

    /// <summary>The jump cache gets a target at this linear address, in the current mode.</summary>
    public void NoteTarget(ulong address, bool isGlobal) => CurrentTargets.Note(address, isGlobal);

    /// <summary>Follows a change of mode, or of the code segment.</summary>
    public void RefreshKey()
    {
        uint segment = (_state->Mode & CpuMode.Flat) != 0 ? 0 : NumberOfCodeSegment();
        _state->JumpKey = ((ulong)CurrentTargets.Generation << 32) | (segment << BlockTable.ModeBits) | (uint)_state->Mode;
    }

    public Block* Find(ulong physicalAddress, CpuMode mode, CodeWindow window) => _table.Find(physicalAddress, mode, window);

    /// <summary>Room for a block; null when the cache must be emptied first.</summary>
    public Block* TryAllocate(int operations) =>
        (Block*)_arena.TryAllocate(sizeof(Block) + operations * sizeof(Op));

    public void Add(Block* block)
    {
        _table.Add(block);
        CodePage code = PageOf(block->PhysicalAddress);
        block->NextInPage = code.First;
        code.First = block;
        code.Granules |= CodePage.GranulesOf(OffsetOf(block), block->LengthBytes);
        if (block->CrossesPage)
        {
            CodePage next = PageOf(block->NextPage);
            next.Crossings.Add((nint)block);
            next.Granules |= CodePage.GranulesOf(0, TailBytes(block));
        }

        _engine.BlockAdded(block);
    }

    /// <summary>Whether bytes that blocks were decoded from lie in the range (to the granule of 64 bytes).</summary>
    public bool Overlaps(int page, int offset, int length) =>
        _pages.TryGetValue(page, out CodePage? code) && (code.Granules & CodePage.GranulesOf(offset, length)) != 0;

    /// <summary>Kills the blocks whose bytes lie in the range.</summary>
    public void Invalidate(int page, int offset, int length)
    {
        if (!_pages.TryGetValue(page, out CodePage? code)) return;
        if ((code.Granules & CodePage.GranulesOf(offset, length)) == 0) return;

        List<int> touched = [page];
        for (Block* block = code.First; block != null; block = block->NextInPage)
        {
            int start = OffsetOf(block);
            if (start < offset + length && offset < start + block->LengthBytes) Kill(block, touched);
        }

        foreach (nint crossing in code.Crossings)
        {
            Block* block = (Block*)crossing;
            if (block->Count != 0 && offset < TailBytes(block)) Kill(block, touched);
        }

        foreach (int each in touched) Bury(each);
    }

    /// <summary>Drops everything; no block may be running.</summary>
    public void Empty()
    {
        foreach (int page in _pageOrder) _memory.ClearCode(page);
        _pages.Clear();
        _pageOrder.Clear();
        _table.Clear();
        ClearJumps();
        _arena.Clear();
        _engine.BlocksEmptied();
    }

    /// <summary>Frees everything at once, and once only: a cache weighs up to <see cref="LimitBytes"/>.</summary>
    public void Dispose()
    {
        _table.Dispose();
        _arena.Dispose();
    }

    private void ClearJumps() => NativeMemory.Clear(_state->JumpCache, JumpCacheEntry.Bytes);

    private TargetSet CurrentTargets => (_state->Mode & CpuMode.User) != 0 ? _userTargets : _supervisorTargets;

    /// <summary>Where instruction pointers are offsets, targets belong to a base and a limit: each pair has a number.</summary>
    private uint NumberOfCodeSegment()
    {
        ref SegmentRegister code = ref _state->Segments[(int)SegmentIndex.Cs];
        var segment = (code.Base, code.Limit);
        if (_codeSegments.TryGetValue(segment, out uint number)) return number;
        if (_codeSegments.Count == CodeSegmentLimit)
        {
            // Numbers begin anew: no old one may be left.
            _codeSegments.Clear();
            Forget(_userTargets);
            Forget(_supervisorTargets);
        }

        number = (uint)_codeSegments.Count + 1;
        _codeSegments.Add(segment, number);
        return number;
    }

    private void Forget(TargetSet targets)
    {
        if (targets.TryForget()) return;
        // Generations begin anew: no old one may be left.
        ClearJumps();
        _userTargets.Restart();
        _supervisorTargets.Restart();
    }

    private void Kill(Block* block, List<int> touched)
    {
        _engine.BlockDied(block);
        block->Count = 0;
        block->First->Handler = &Flow.LeaveDeadBlock;
        _table.Remove(block);
        if (!block->CrossesPage) return;
        touched.Add(_memory.PageOf(block->PhysicalAddress));
        touched.Add(_memory.PageOf(block->NextPage));
    }

    /// <summary>Forgets the page's dead blocks, and the page where none are left: a guest can kill as many as it likes.</summary>
    private void Bury(int page)
    {
        if (!_pages.TryGetValue(page, out CodePage? code)) return;
        Block* survivors = null;
        ulong granules = 0;
        for (Block* block = code.First; block != null;)
        {
            Block* next = block->NextInPage;
            if (block->Count != 0)
            {
                granules |= CodePage.GranulesOf(OffsetOf(block), block->LengthBytes);
                block->NextInPage = survivors;
                survivors = block;
            }

            block = next;
        }

        // Links stay inside a page, so those to the dead can only be here.
        for (Block* block = survivors; block != null; block = block->NextInPage) UnlinkDead(block);
        code.Crossings.RemoveAll(crossing => ((Block*)crossing)->Count == 0);
        foreach (nint crossing in code.Crossings) granules |= CodePage.GranulesOf(0, TailBytes((Block*)crossing));
        code.First = survivors;
        code.Granules = granules;
        if (granules != 0) return;
        _pages.Remove(page);
        _pageOrder.Remove(page);
        _memory.ClearCode(page);
    }

    private CodePage PageOf(ulong physicalAddress)
    {
        int page = _memory.PageOf(physicalAddress);
        if (_pages.TryGetValue(page, out CodePage? code)) return code;
        _pages.Add(page, code = new CodePage());
        _pageOrder.Add(page);
        _memory.MarkCode(page);
        return code;
    }

    private static int OffsetOf(Block* block) => (int)(block->PhysicalAddress & (GuestMemory.PageSize - 1));

    /// <summary>How far the block reaches into the next page.</summary>
    private static int TailBytes(Block* block) => OffsetOf(block) + block->LengthBytes - GuestMemory.PageSize;

    private static void UnlinkDead(Block* block)
    {
        // Only the last operation of a block leads to other blocks.
        Op* last = block->Last;
        if (last->Link != null && last->Link->Count == 0) last->Link = null;
        if (last->OtherLink != null && last->OtherLink->Count == 0) last->OtherLink = null;
    }

    private sealed class CodePage
    {
        public Block* First;

        /// <summary>Blocks that reach into the page from the one before.</summary>
        public List<nint> Crossings { get; } = [];

        /// <summary>A bit for each 64 bytes of the page that hold decoded code.</summary>
        public ulong Granules;

        public static ulong GranulesOf(int offset, int length)
        {
            int first = offset >> 6;
            int last = Math.Min(offset + Math.Max(length, 1) - 1, GuestMemory.PageSize - 1) >> 6;
            return (ulong.MaxValue >> (63 - (last - first))) << first;
        }
    }
}
