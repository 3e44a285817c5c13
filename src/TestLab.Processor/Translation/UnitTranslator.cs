using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>Turns a hot block, and the blocks of its page that it is linked to, into host code.</summary>
/// <remarks>
/// What is known at the end of a block (where flags are described, which vector registers are in the host's) goes along the
/// ways to the next ones, so that nothing is brought to the state between them: a block may have a version for each of a
/// few such situations. A loop is closed by the version that suits its own end. Only ways that have been taken, to blocks
/// that are nearly as hot, stay in the unit; the others are the edges where the state is as everyone expects it. Outside of
/// loops nothing is translated twice: what has code of its own is jumped to.
/// </remarks>
internal sealed unsafe class UnitTranslator
{
    /// <summary>Versions of blocks in one unit.</summary>
    private const int VersionLimit = 24;

    private const int InstructionLimit = 256;

    /// <summary>Units, and blocks in loops, begin at a multiple of so many bytes: the host fetches that much at once.</summary>
    public const int Alignment = 32;

    /// <summary>Rounds of a loop of one block that are written one after the other.</summary>
    private const int RoundLimit = 4;

    /// <summary>Instructions of all of them: the charge is a signed byte, and longer loops gain little.</summary>
    private const int RoundInstructions = 48;

    /// <summary>Of one block in one unit: the second closes the loop that the first is the way into.</summary>
    private const int VersionsOfBlock = 2;

    private readonly TranslatorOptions _options;
    private readonly Emission _emission;
    private readonly BlockEmitter _blocks;
    private readonly LoopFinder _loops = new();
    private readonly List<BlockVersion> _versions = [];
    private readonly List<nint> _members = [];
    private readonly List<nint> _refused = [];
    private int _instructions;
    private int _firstEdge;
    private int _firstExit; // Of the last version.

    public UnitTranslator(GuestMemory memory, CommonCode common, TranslatorOptions options)
    {
        _options = options;
        Threshold = options.Threshold;
        _emission = new Emission(options) { Exits = { Common = common } };
        _blocks = new BlockEmitter(memory, _emission);
    }

    /// <summary>Executions after which a block is translated; those in a unit with it have half as many behind them.</summary>
    public int Threshold { get; set; }

    /// <summary>The blocks in the last unit.</summary>
    public IReadOnlyList<nint> Members => _members;

    /// <summary>The edges of the last unit, to be closed by whoever asked for it.</summary>
    public IReadOnlyList<OpenEdge> Edges => _emission.Exits.Edges;

    /// <summary>Loops of one block, in all units so far, of which several rounds are charged at once.</summary>
    public long UnrolledLoops { get; private set; }

    public bool IsFull => _emission.Code.IsFull;

    /// <summary>Writes a unit's code.</summary>
    /// <param name="entry">Alive.</param>
    /// <param name="start">Where to write.</param>
    /// <param name="limit">What must not be passed.</param>
    /// <param name="firstEdge">The number that the first edge will have.</param>
    /// <returns>The end of the code, or null where it is not worth it or does not fit; see <see cref="IsFull"/>.</returns>
    public byte* TryTranslate(Block* entry, byte* start, byte* limit, int firstEdge)
    {
        _versions.Clear();
        _members.Clear();
        _refused.Clear();
        (_instructions, _firstEdge) = (0, firstEdge);
        _emission.BeginUnit(start, limit);
        _loops.Find(entry, Threshold / 2);
        if (!TryEmitVersion(entry, FlagState.AtEntry, default)) return null;
        for (int next = 0; next < _emission.Edges.Count; next++) Resolve(_emission.Edges[next]);
        _emission.Exits.Complete();
        return _emission.Code.IsFull ? null : _emission.Code.Position;
    }

    /// <summary>Writes a block, and what it goes on to as long as that is new.</summary>
    private bool TryEmitVersion(Block* block, FlagState flags, VectorState vectors)
    {
        if (!TryEmitOne(block, flags, vectors)) return false;
        UnrollLoop(block);
        while (_emission.Edges.Count != 0 && _emission.Edges[^1] is { Jump: 0 } edge)
        {
            _emission.Edges.RemoveLast();
            Block* target = TargetOf(edge);
            if (target == null || FindSuitable(target, edge) >= 0 || !MayAdd(target) || !TryEmitOne(target, edge.Flags, edge.Vectors))
            {
                Close(edge, target);
                break;
            }

            UnrollLoop(target);
        }

        return true;
    }

    /// <summary>Where the block that was just written leads to itself, more rounds of it follow, and all are charged at once.</summary>
    /// <remarks>
    /// A way out of one round gives back what the others behind it were charged; where the budget does not cover them all,
    /// the interpreter goes round. It has charged the unit's entry when it enters there, so that is only the way into the loop.
    /// </remarks>
    private void UnrollLoop(Block* block)
    {
        int limit = Math.Min(RoundLimit, RoundInstructions / block->Count);
        if (limit < 2 || _versions.Count >= VersionLimit || _instructions + limit * block->Count > InstructionLimit) return;
        if (!LeadsToItself(block)) return;
        if ((_versions.Count == 1 || !IsClosedBy(_versions[^1])) && !TryGoRound(block, charged: false)) return;
        BlockVersion head = _versions[^1];
        if (!LeadsToItself(block) || !IsClosedBy(head)) return;
        List<(int FirstExit, int WayOut)> rounds = [];
        int firstExit = _firstExit;
        while (rounds.Count + 1 < limit && LeadsToItself(block))
        {
            rounds.Add((firstExit, _emission.Edges.Count - 2));
            firstExit = _emission.Exits.PendingCount;
            if (TryGoRound(block, charged: true)) continue;
            rounds.RemoveAt(rounds.Count - 1);
            break;
        }

        for (int i = 0; i < rounds.Count; i++)
        {
            int refund = (rounds.Count - i) * block->Count;
            int end = i + 1 < rounds.Count ? rounds[i + 1].FirstExit : firstExit;
            _emission.Exits.RefundAt(rounds[i].FirstExit, end, refund);
            _emission.Edges[rounds[i].WayOut] = _emission.Edges[rounds[i].WayOut] with { Refund = refund };
        }

        if (rounds.Count != 0) UnrolledLoops++;
        _emission.Exits.ChargeMore((byte*)head.Start, rounds.Count * block->Count);
    }

    /// <summary>The last edges are a branch back to the block's start, and the way on where it is not taken.</summary>
    private bool LeadsToItself(Block* block)
    {
        if (_emission.Edges.Count < 2) return false;
        PendingEdge back = _emission.Edges[^2];
        PendingEdge on = _emission.Edges[^1];
        return on is { Jump: 0, IsOther: true } && back is { IsOther: false } && back.Jump != 0
            && on.Source == (nint)block->Last && back.Source == on.Source && TargetOf(back) == block;
    }

    /// <summary>The branch back may go to the version as it is.</summary>
    private bool IsClosedBy(in BlockVersion head) => head.Suits(_emission.Edges[^2]) && head.ToStore(_emission.Edges[^2]) == 0;

    /// <summary>Turns the branch back into one that leads out, and writes the block once more, right behind it.</summary>
    private bool TryGoRound(Block* block, bool charged)
    {
        _emission.Edges.Turn();
        PendingEdge back = _emission.Edges[^1];
        _emission.Edges.RemoveLast();
        if (charged ? TryEmitRound(block, back.Flags, back.Vectors) : TryEmitOne(block, back.Flags, back.Vectors)) return true;
        _emission.Edges.Add(back);
        _emission.Edges.Turn();
        return false;
    }

    /// <summary>A block that has been charged with the one before; it has no other way in.</summary>
    private bool TryEmitRound(Block* block, FlagState flags, VectorState vectors)
    {
        _emission.Flags.Current = flags;
        _emission.Vectors.State = vectors;
        if (!_blocks.TryEmit(block, _options.TakesShortBlocks)) return false;
        _instructions += block->Count;
        return true;
    }

    private bool TryEmitOne(Block* block, FlagState flags, VectorState vectors)
    {
        EmissionMark mark = _emission.Mark();
        if (_versions.Count != 0 && _loops.Contains(block)) _emission.Code.Align(Alignment);
        byte* start = _emission.Code.Position;
        _firstExit = _emission.Exits.PendingCount;
        _emission.Flags.Current = flags;
        _emission.Vectors.State = vectors;
        _emission.BeginBlock(block);
        _emission.Memory.IsInLoop = _loops.Contains(block);
        _emission.Exits.EmitPrologue();
        if (!_blocks.TryEmit(block, _options.TakesShortBlocks))
        {
            _emission.Rewind(mark);
            _refused.Add((nint)block);
            return false;
        }

        _versions.Add(new BlockVersion((nint)block, (nint)start, flags, vectors));
        if (!_members.Contains((nint)block)) _members.Add((nint)block);
        _instructions += block->Count;
        return true;
    }

    /// <summary>A branch in the middle: to code that there is, to new code, or out of the unit.</summary>
    private void Resolve(in PendingEdge edge)
    {
        Block* target = TargetOf(edge);
        if (target != null && FindSuitable(target, edge) < 0 && MayAdd(target))
        {
            int first = _versions.Count;
            nint jump = edge.Jump;
            if (edge.Refund != 0)
            {
                _emission.Code.Land((byte*)jump);
                _emission.Exits.Refund(edge.Refund);
                jump = (nint)_emission.Code.Jump();
            }

            if (TryEmitVersion(target, edge.Flags, edge.Vectors))
            {
                _emission.Code.SetTarget((byte*)jump, (byte*)_versions[first].Start);
                return;
            }

            Close(edge with { Jump = jump, Refund = 0 }, target);
            return;
        }

        Close(edge, target);
    }

    /// <summary>Leads an edge to code that there is, or out of the unit.</summary>
    private void Close(in PendingEdge edge, Block* target)
    {
        int version = target == null ? -1 : FindSuitable(target, edge);
        if (version < 0 && target != null) version = FindAdaptable(target, edge);
        if (version < 0)
        {
            _emission.Exits.LeaveUnit(edge, _firstEdge);
            return;
        }

        BlockVersion found = _versions[version];
        bool describes = found.Flags != edge.Flags;
        int stores = found.ToStore(edge);
        if (edge.Jump != 0)
        {
            if (!describes && stores == 0 && edge.Refund == 0)
            {
                _emission.Code.SetTarget((byte*)edge.Jump, (byte*)found.Start);
                return;
            }

            _emission.Code.Land((byte*)edge.Jump);
        }

        _emission.Exits.Refund(edge.Refund);
        if (describes) _emission.Flags.Describe(edge.Flags);
        _emission.Vectors.Store(stores);
        _emission.Code.JumpTo((byte*)found.Start);
    }

    /// <summary>The block that an edge leads to, where it may be in the unit.</summary>
    private Block* TargetOf(in PendingEdge edge)
    {
        if (!edge.IsInPage) return null;
        Op* source = (Op*)edge.Source;
        Block* target = edge.IsOther ? source->OtherLink : source->Link;
        return target == null || target->Count == 0 || _refused.Contains((nint)target) ? null : target;
    }

    private bool MayAdd(Block* block)
    {
        if (_versions.Count >= VersionLimit || _instructions + block->Count > InstructionLimit) return false;
        if (block->IsColderThan(Threshold / 2) || (block->Code != 0 && !_loops.Contains(block))) return false;
        int versions = 0;
        foreach (BlockVersion version in _versions)
            if (version.Block == (nint)block) versions++;
        return versions < VersionsOfBlock;
    }

    private int FindSuitable(Block* block, in PendingEdge edge)
    {
        for (int i = 0; i < _versions.Count; i++)
            if (_versions[i].Block == (nint)block && _versions[i].Suits(edge) && _versions[i].ToStore(edge) == 0) return i;
        return -1;
    }

    /// <summary>Code that something must be brought to the state for.</summary>
    private int FindAdaptable(Block* block, in PendingEdge edge)
    {
        for (int i = 0; i < _versions.Count; i++)
            if (_versions[i].Block == (nint)block && (_versions[i].Suits(edge) || _versions[i].SuitsDescribed(edge))) return i;
        return -1;
    }
}
