using System.Runtime.InteropServices;
using TestLab.Processor.Instructions;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Decoded blocks by physical address and mode, and which bytes of memory they were decoded from.</summary>
/// <remarks>
/// A block whose bytes change dies: it stays in memory, retires nothing and leads back to the dispatcher, until the
/// arena is full and everything is dropped. Only <see cref="Empty"/> frees blocks, and only the dispatcher calls it.
/// </remarks>
internal sealed unsafe class BlockCache : IDisposable
{
    /// <summary>Decoded code of one machine; beyond it the cache starts anew.</summary>
    public const int LimitBytes = 64 << 20;

    private const int Buckets = 1 << 15;
    private const int TargetRegions = 4096;
    private const int TargetRegionShift = 22; // Of 4 MiB, the larger of the two usual sizes of large pages.

    private readonly CpuState* _state;
    private readonly GuestMemory _memory;
    private readonly IExecutionEngine _engine;
    private readonly BlockArena _arena = new(LimitBytes);
    private readonly Dictionary<int, CodePage> _pages = [];
    private readonly List<int> _pageOrder = [];
    private readonly Block** _buckets;
    private readonly JumpCacheEntry* _jumpCache;
    private readonly ulong[] _targetRegions = new ulong[TargetRegions / 64]; // By hash, in this generation.
    private uint _mappingGeneration;

    public BlockCache(CpuState* state, GuestMemory memory, IExecutionEngine engine)
    {
        _state = state;
        (_memory, _engine) = (memory, engine);
        _buckets = (Block**)NativeMemory.AllocZeroed(Buckets, (nuint)sizeof(Block*));
        _jumpCache = (JumpCacheEntry*)NativeMemory.AllocZeroed(JumpCacheEntry.Count, (nuint)sizeof(JumpCacheEntry));
        _state->JumpCache = _jumpCache;
        ForgetMapping();
    }

    ~BlockCache() => Free();

    public long UsedBytes => _arena.UsedBytes;

    /// <summary>Linear addresses lead elsewhere now: cached jump targets are no longer valid.</summary>
    public void ForgetMapping()
    {
        if (++_mappingGeneration == 0)
        {
            NativeMemory.Clear(_jumpCache, JumpCacheEntry.Count * (nuint)sizeof(JumpCacheEntry));
            _mappingGeneration = 1;
        }

        Array.Clear(_targetRegions);
        RefreshKey();
    }

    /// <summary>The jump cache gets a target at this linear address.</summary>
    public void NoteTarget(ulong address) => _targetRegions[RegionOf(address) >> 6] |= 1UL << RegionOf(address);

    /// <summary>False where the jump cache surely knows no target on a page, of up to 4 MiB, at this address.</summary>
    public bool HasTargetsNear(ulong address) => (_targetRegions[RegionOf(address) >> 6] & 1UL << RegionOf(address)) != 0;

    /// <summary>Follows a change of mode.</summary>
    public void RefreshKey() => _state->JumpKey = ((ulong)_mappingGeneration << 32) | (uint)_state->Mode;

    public Block* Find(ulong physicalAddress, CpuMode mode)
    {
        for (Block* block = _buckets[BucketOf(physicalAddress)]; block != null; block = block->NextInBucket)
            if (block->PhysicalAddress == physicalAddress && block->Mode == mode && block->Count != 0) return block;
        return null;
    }

    /// <summary>Room for a block; null when the cache must be emptied first.</summary>
    public Block* TryAllocate(int operations) =>
        (Block*)_arena.TryAllocate(sizeof(Block) + operations * sizeof(Op));

    public void Add(Block* block)
    {
        ref Block* bucket = ref _buckets[BucketOf(block->PhysicalAddress)];
        block->NextInBucket = bucket;
        bucket = block;

        int page = _memory.PageOf(block->PhysicalAddress);
        if (!_pages.TryGetValue(page, out CodePage? code))
        {
            _pages.Add(page, code = new CodePage());
            _pageOrder.Add(page);
            _memory.MarkCode(page);
        }

        int offset = (int)(block->PhysicalAddress & (GuestMemory.PageSize - 1));
        block->NextInPage = code.First;
        code.First = block;
        code.Granules |= CodePage.GranulesOf(offset, block->LengthBytes);
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

        Block* survivors = null;
        ulong granules = 0;
        for (Block* block = code.First; block != null;)
        {
            Block* next = block->NextInPage;
            int start = (int)(block->PhysicalAddress & (GuestMemory.PageSize - 1));
            if (start < offset + length && offset < start + block->LengthBytes)
            {
                Kill(block);
            }
            else
            {
                granules |= CodePage.GranulesOf(start, block->LengthBytes);
                block->NextInPage = survivors;
                survivors = block;
            }

            block = next;
        }

        // Links stay inside a page, so those to the dead can only be here.
        for (Block* block = survivors; block != null; block = block->NextInPage) UnlinkDead(block);
        code.First = survivors;
        code.Granules = granules;
        if (survivors != null) return;
        _pages.Remove(page);
        _pageOrder.Remove(page);
        _memory.ClearCode(page);
    }

    /// <summary>Drops everything; no block may be running.</summary>
    public void Empty()
    {
        foreach (int page in _pageOrder) _memory.ClearCode(page);
        _pages.Clear();
        _pageOrder.Clear();
        NativeMemory.Clear(_buckets, Buckets * (nuint)sizeof(Block*));
        NativeMemory.Clear(_jumpCache, JumpCacheEntry.Count * (nuint)sizeof(JumpCacheEntry));
        _arena.Clear();
        _engine.BlocksEmptied();
    }

    /// <summary>Frees everything at once, and once only: a cache weighs up to <see cref="LimitBytes"/>.</summary>
    public void Dispose()
    {
        Free();
        _arena.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_buckets);
        NativeMemory.Free(_jumpCache);
    }

    private void Kill(Block* block)
    {
        _engine.BlockDied(block);
        block->Count = 0;
        block->First->Handler = &Flow.LeaveDeadBlock;
        Block** place = _buckets + BucketOf(block->PhysicalAddress);
        while (*place != block) place = &(*place)->NextInBucket;
        *place = block->NextInBucket;
    }

    private static void UnlinkDead(Block* block)
    {
        // Only the last operation of a block leads to other blocks.
        Op* last = block->Last;
        if (last->Link != null && last->Link->Count == 0) last->Link = null;
        if (last->OtherLink != null && last->OtherLink->Count == 0) last->OtherLink = null;
    }

    private static int RegionOf(ulong address) => (int)(address >> TargetRegionShift) & (TargetRegions - 1);

    private static int BucketOf(ulong physicalAddress) =>
        (int)((physicalAddress ^ (physicalAddress >> 15)) & (Buckets - 1));

    private sealed class CodePage
    {
        public Block* First;

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
