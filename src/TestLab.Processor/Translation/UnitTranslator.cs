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
        while (_emission.Edges.Count != 0 && _emission.Edges[^1] is { Jump: 0 } edge)
        {
            _emission.Edges.RemoveLast();
            Block* target = TargetOf(edge);
            if (target == null || FindSuitable(target, edge) >= 0 || !MayAdd(target) || !TryEmitOne(target, edge.Flags, edge.Vectors))
            {
                Close(edge, target);
                break;
            }
        }

        return true;
    }

    private bool TryEmitOne(Block* block, FlagState flags, VectorState vectors)
    {
        EmissionMark mark = _emission.Mark();
        if (_versions.Count != 0 && _loops.Contains(block)) _emission.Code.Align(Alignment);
        byte* start = _emission.Code.Position;
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
            if (TryEmitVersion(target, edge.Flags, edge.Vectors))
            {
                _emission.Code.SetTarget((byte*)edge.Jump, (byte*)_versions[first].Start);
                return;
            }
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
            if (!describes && stores == 0)
            {
                _emission.Code.SetTarget((byte*)edge.Jump, (byte*)found.Start);
                return;
            }

            _emission.Code.Land((byte*)edge.Jump);
        }

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
