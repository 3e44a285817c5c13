using System.Runtime.CompilerServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Instructions;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>The engine that translates hot blocks to host code, and interprets the rest.</summary>
/// <remarks>
/// A block's first operation counts its executions, then enters its translation; so the two mix from block to block, and
/// what the interpreter keeps (links, jump cache, budget) stays as if it had run alone. Translated code never calls
/// back: it comes out with the operation to go on with. When the code memory is full, all translations are dropped.
/// </remarks>
internal sealed unsafe class Translator : IExecutionEngine
{
    /// <summary>Nearest rounding, all exceptions masked: what .NET and every calling convention expect.</summary>
    private const ulong HostMxcsr = 0x1F80;

    /// <summary>Bytes that a unit can take, with its exits.</summary>
    private const int UnitLimitBytes = 64 << 10;

    /// <summary>After so many fills of an access slot somebody looks how long they took.</summary>
    private const ulong FillsBetweenLooks = 256;

    /// <summary>A fill, with the branch that the host did not foresee, costs as much as the slot saves in about so many instructions.</summary>
    private const ulong InstructionsForFill = 160;

    /// <summary>Code memory that fills holds too much that is not hot enough: the next filling is choosier.</summary>
    private const int ThresholdGrowth = 4;

    private const byte JumpOpcode = 0xE9; // JMP rel32

    private readonly CpuState* _state;
    private readonly CodeMemory _memory;
    private readonly UnitTranslator _units;
    private readonly int _thresholdLimit;
    private readonly ITranslationObserver? _observer;
    private readonly List<OpenEdge> _edges = [];
    private readonly Dictionary<nint, List<int>> _incoming = [];
    private readonly List<TranslationUnit> _written = [];
    private readonly Dictionary<nint, List<TranslationUnit>> _unitsOf = []; // By block.
    private readonly Dictionary<ulong, ulong> _lastLooks = []; // At access slots; clocks.
    private readonly byte* _first;
    private readonly byte* _untranslated;
    private byte* _next;

    public Translator(CpuState* state, GuestMemory guest, TranslatorOptions options)
    {
        _state = state;
        _thresholdLimit = Math.Max(options.ThresholdLimit, options.Threshold);
        _observer = options.Observer;
        _memory = CodeMemory.TryCreate(options.CodeBytes) ?? throw new PlatformNotSupportedException("The host gives no memory for code.");
        var code = new HostCode();
        code.Begin(_memory.Writable, _memory.Writable + _memory.Length);
        byte* entry = CommonRoutines.WriteEntry(code);
        CommonCode common = CommonRoutines.WriteExits(code);
        _first = _next = code.Position;
        _units = new UnitTranslator(guest, common, options);
        _untranslated = common.Untranslated;
        state->UntranslatedCode = _memory.AddressOf(_untranslated);
        state->HostMxcsr = HostMxcsr;
        PrepareSlots(state->SupervisorSlots.First);
        PrepareSlots(state->UserSlots.First);
        state->TranslatedEntry = (delegate* unmanaged<CpuState*, ulong, ulong>)_memory.AddressOf(entry);
    }

    public TranslatorStatistics Statistics { get; } = new();

    public void Run(CpuState* state, Block* block)
    {
        state->Budget -= block->Count;
        Op* first = block->First;
        first->Handler(state, first);
    }

    public void BlockAdded(Block* block) => Count(block);

    public void BlockDied(Block* block)
    {
        if (!_unitsOf.Remove((nint)block, out List<TranslationUnit>? units)) return;
        foreach (TranslationUnit unit in units) End(unit);
    }

    public void BlocksEmptied()
    {
        _edges.Clear();
        _incoming.Clear();
        _written.Clear();
        _unitsOf.Clear();
        _next = _first;
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>The handler of a block's first operation before the block is hot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CountExecution(CpuState* s, Op* op)
    {
        Block* block = op->Block;
        if (--block->Executions <= 0 && TryTranslate(s, block))
        {
            op->Handler(s, op);
            return;
        }

        block->FirstHandler(s, op);
    }

    /// <summary>The handler of the first operation of a translated block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EnterTranslated(CpuState* s, Op* op)
    {
        ulong marked = RunTranslated(s, op);
        Op* next = (Op*)(marked & ~1UL);
        if ((marked & 1) != 0)
        {
            // Out before the first instruction of a translated block.
            next->Block->FirstHandler(s, next);
            return;
        }

        next->Handler(s, next);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong RunTranslated(CpuState* s, Op* op)
    {
        s->CodePage = s->Rip - (op->Block->PhysicalAddress & (GuestMemory.PageSize - 1));
        ulong code = op->Block->Code;
        JumpCacheEntry* known = JumpCacheEntry.For(s, s->Rip);
        if (known->Rip == s->Rip && known->Block == op->Block) known->Code = code; // Translated since it was entered there.
        ulong next = s->TranslatedEntry(s, code + ExitEmitter.PrologueBytes);
        if (s->CrowdedSlot != 0) Of(s).Relieve(s, (Op*)(next & ~1UL));
        if (s->Lazy.Kind != 0) FlagResolver.Resolve(s);
        if (next != 0) return next;
        return (ulong)(s->OpenJump != 0 ? Of(s).TakeEdge(s) : Flow.EnterCached(s, s->Rip));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryTranslate(CpuState* s, Block* block)
    {
        Translator translator = Of(s);
        translator._observer?.Begin();
        bool done = translator.TryTranslate(block);
        translator._observer?.End();
        return done;
    }

    private static Translator Of(CpuState* s) => (Translator)Cpu.Of(s).Engine;

    /// <summary>An access slot has been filled often: if that was in a short time, the operation does without it from now on.</summary>
    private void Relieve(CpuState* s, Op* op)
    {
        ulong place = s->CrowdedSlot;
        s->CrowdedSlot = 0;
        ((AccessSlot*)((byte*)s + HostRegister.StateBias + place))->FillsLeft = FillsBetweenLooks;
        ulong clock = Cpu.Of(s).Clock;
        ulong since = clock - _lastLooks.GetValueOrDefault(place);
        _lastLooks[place] = clock;
        if (since > FillsBetweenLooks * InstructionsForFill) return;
        op->IsScattered = true;
        Statistics.Scattered++;
        foreach (TranslationUnit unit in _unitsOf.GetValueOrDefault((nint)op->Block, []))
        {
            if (!unit.IsAlive) continue;
            End(unit);
            ((Block*)unit.Entry)->Executions = 1;
        }
    }

    /// <summary>Goes the way of an edge as the interpreter does, and lets the code go straight there the next time.</summary>
    private Op* TakeEdge(CpuState* s)
    {
        int number = (int)s->OpenJump - 1;
        s->OpenJump = 0;
        OpenEdge edge = _edges[number];
        Op* source = (Op*)edge.Source;
        Block* link = edge.IsOther ? source->OtherLink : source->Link;
        if (edge.IsInPage && link != null && link->Code != 0) Close(number, edge, link);
        return Flow.Enter(s, source, link);
    }

    private void Close(int number, in OpenEdge edge, Block* target)
    {
        SetTarget(edge, _memory.Writable + (target->Code - (ulong)_memory.Executable));
        if (!_incoming.TryGetValue((nint)target, out List<int>? edges)) _incoming.Add((nint)target, edges = []);
        edges.Add(number);
    }

    private static void SetTarget(in OpenEdge edge, byte* target) =>
        *(int*)edge.Displacement = (int)(target - ((byte*)edge.Displacement + 4));

    private void Count(Block* block)
    {
        block->FirstHandler = block->First->Handler;
        block->Executions = _units.Threshold;
        block->First->Handler = &CountExecution;
    }

    private bool TryTranslate(Block* block)
    {
        byte* limit = _memory.Writable + _memory.Length;
        if (limit - _next < UnitLimitBytes) DropAll();
        byte* end = _units.TryTranslate(block, _next, Smaller(_next + UnitLimitBytes, limit), _edges.Count);
        if (end == null)
        {
            block->First->Handler = block->FirstHandler;
            Statistics.Rejected++;
            return false;
        }

        block->Code = _memory.AddressOf(_next);
        block->First->Handler = &EnterTranslated;
        _next = _memory.Writable + ((end - _memory.Writable + UnitTranslator.Alignment - 1) & -UnitTranslator.Alignment);
        Remember(new TranslationUnit((nint)block));
        Statistics.Translated++;
        Statistics.UnrolledLoops = _units.UnrolledLoops;
        Statistics.PeakBytes = Math.Max(Statistics.PeakBytes, _next - _memory.Writable);
        int first = _edges.Count;
        _edges.AddRange(_units.Edges);
        for (int number = first; number < _edges.Count; number++)
        {
            OpenEdge edge = _edges[number];
            Op* source = (Op*)edge.Source;
            Block* link = edge.IsOther ? source->OtherLink : source->Link;
            if (edge.IsInPage && link != null && link->Code != 0) Close(number, edge, link);
        }

        return true;
    }

    /// <summary>The code memory is full: blocks count anew, and those that are hot still come back.</summary>
    private void DropAll()
    {
        Statistics.Drops++;
        _units.Threshold = Math.Min(_units.Threshold * ThresholdGrowth, _thresholdLimit);
        foreach (TranslationUnit unit in _written)
            if (unit.IsAlive) CountAnew((Block*)unit.Entry);
        for (int i = 0; i < JumpCacheEntry.Count; i++) _state->JumpCache[i].Code = _state->UntranslatedCode;

        BlocksEmptied();
    }

    private static void PrepareSlots(AccessSlot* first)
    {
        for (int i = 0; i < AccessSlots.Count; i++) first[i].FillsLeft = FillsBetweenLooks;
    }

    private void Remember(TranslationUnit unit)
    {
        _written.Add(unit);
        foreach (nint block in _units.Members)
        {
            if (!_unitsOf.TryGetValue(block, out List<TranslationUnit>? units)) _unitsOf.Add(block, units = []);
            units.Add(unit);
        }
    }

    /// <summary>One of the unit's blocks is about to die: nothing leads into its code any more.</summary>
    private void End(TranslationUnit unit)
    {
        if (!unit.IsAlive) return;
        unit.IsAlive = false;
        LeadAway(unit);
        CountAnew((Block*)unit.Entry);
        if (!_incoming.Remove(unit.Entry, out List<int>? edges)) return;
        foreach (int number in edges)
        {
            OpenEdge edge = _edges[number];
            SetTarget(edge, (byte*)edge.Stub);
        }
    }

    /// <summary>Entries of the jump cache may still know the code, which leads to the interpreter from now on.</summary>
    private void LeadAway(TranslationUnit unit)
    {
        byte* start = _memory.Writable + (((Block*)unit.Entry)->Code - (ulong)_memory.Executable);
        *start = JumpOpcode;
        *(int*)(start + 1) = (int)(_untranslated - (start + 5));
    }

    private void CountAnew(Block* block)
    {
        block->Code = 0;
        block->First->Handler = block->FirstHandler;
        Count(block);
    }

    private static byte* Smaller(byte* left, byte* right) => left < right ? left : right;
}
