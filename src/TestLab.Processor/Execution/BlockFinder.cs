using System.Runtime.InteropServices;
using TestLab.Processor.Decoding;
using TestLab.Processor.Interrupts;
using TestLab.Processor.Memory;
using TestLab.Processor.Segments;
using TestLab.Processor.State;

namespace TestLab.Processor.Execution;

/// <summary>Fetches code: finds the block at the instruction pointer, or decodes it.</summary>
/// <remarks>What is decoded for one run (cut to a budget, beyond RAM, in a segment with a limit) is never in the cache.</remarks>
internal sealed unsafe class BlockFinder(Cpu cpu, GuestMemory memory, BlockCache blocks)
{
    private const int LongestInstruction = 15;
    private const int CrossingBytes = 32; // Room for an instruction, and what the decoder may look at behind it.

    private readonly CpuState* _state = cpu.State;
    private readonly BlockDecoder _decoder = new();
    private readonly byte* _crossing = (byte*)NativeMemory.AllocZeroed(CrossingBytes);

    /// <summary>The block that is decoded for one run.</summary>
    private readonly Block* _scratch = (Block*)NativeMemory.AlignedAlloc(
        (nuint)(sizeof(Block) + (BlockDecoder.InstructionLimit + 1) * sizeof(Op)), 64);

    /// <summary>To be called once, by the processor.</summary>
    public void Free()
    {
        NativeMemory.AlignedFree(_scratch);
        NativeMemory.Free(_crossing);
    }

    /// <summary>The block at the instruction pointer, linked to the one that led there; cut to the budget for once.</summary>
    /// <returns>Null where the fetch has faulted; the exception is delivered.</returns>
    public Block* Find(long budget)
    {
        JumpCacheEntry* entry = JumpCacheEntry.For(_state, _state->Rip);
        Block* block = entry->Rip == _state->Rip && entry->Key == _state->JumpKey && entry->Block->Count != 0
            ? entry->Block : FindSlowly(entry);
        if (block == null)
        {
            _state->LinkSource = null;
            return null;
        }

        if (block->Count > budget)
        {
            _state->LinkSource = null;
            return DecodeForOnce((int)budget);
        }

        Link(block);
        return block;
    }

    /// <summary>Decodes at most so many instructions at RIP for one run only; null where the fetch faulted.</summary>
    public Block* DecodeForOnce(int limit)
    {
        if (!TryLocate(out ulong linear, out ulong physical)) return null;
        int offset = (int)(physical & (GuestMemory.PageSize - 1));
        int here = LengthInSegment(GuestMemory.PageSize - offset);
        int page = memory.PageOf(physical);
        if (page >= 0 && _decoder.Read(memory.Frame(page) + offset, here, _state->Rip, _state->Mode, limit) != 0)
        {
            _decoder.Emit(_scratch, physical, _state->Rip, _state->Mode);
            return _scratch;
        }

        if (!TryGatherCrossing(linear, physical, out int length, out _)) return null;
        if (_decoder.Read(_crossing, length, _state->Rip, _state->Mode, 1) == 0)
        {
            // The code segment ends inside the instruction.
            Faults.Raise(_state, null, Vectors.GeneralProtection, 0);
            cpu.DeliverException();
            return null;
        }

        _decoder.Emit(_scratch, physical, _state->Rip, _state->Mode);
        return _scratch;
    }

    private void Link(Block* block)
    {
        Op* source = _state->LinkSource;
        _state->LinkSource = null;
        if (source == null || block == _scratch || source->Block == _scratch) return;
        Links.TryAdd(source, block);
    }

    private Block* FindSlowly(JumpCacheEntry* entry)
    {
        if (!TryLocate(out ulong linear, out ulong physical)) return null;
        if (WindowAround(physical) is not { } window) return DecodeForOnce(1);
        Block* block = blocks.Find(physical, _state->Mode, window);
        if (block == null)
        {
            block = Decode(linear, physical, window);
            if (block == null || block == _scratch) return block;
        }

        blocks.NoteTarget(linear, cpu.Mmu.IsGlobal(linear));
        entry->Rip = _state->Rip;
        entry->Key = _state->JumpKey;
        entry->Block = block;
        entry->Code = block->Code != 0 ? block->Code : _state->UntranslatedCode;
        return block;
    }

    /// <summary>Checks the instruction pointer and translates it; on failure the exception has been delivered.</summary>
    private bool TryLocate(out ulong linear, out ulong physical)
    {
        _state->Exit = ExitCause.None;
        _state->ExitingOperation = null;
        linear = _state->Rip;
        physical = 0;
        bool valid;
        if ((_state->Mode & CpuMode.Code64) != 0)
        {
            valid = Canonical.Is(linear);
        }
        else
        {
            ref SegmentRegister code = ref _state->Segments[(int)SegmentIndex.Cs];
            valid = linear <= code.Limit;
            linear = (uint)(code.Base + linear);
        }

        if (!valid) Faults.Raise(_state, null, Vectors.GeneralProtection, 0);
        if (valid && cpu.Mmu.TryTranslateFetch(linear, out physical)) return true;
        cpu.DeliverException();
        return false;
    }

    private CodeWindow? WindowAround(ulong physical) => CodeWindow.Of(
        _state->Rip, (int)(physical & (GuestMemory.PageSize - 1)), _state->Segments[(int)SegmentIndex.Cs].Limit, _state->Mode);

    private Block* Decode(ulong linear, ulong physical, CodeWindow window)
    {
        int page = memory.PageOf(physical);
        if (page < 0) return DecodeForOnce(1);
        int offset = (int)(physical & (GuestMemory.PageSize - 1));
        int here = window.Last + 1 - offset;
        byte* code = memory.Frame(page) + offset;
        if (_decoder.Read(code, here, _state->Rip, _state->Mode, int.MaxValue) == 0) return DecodeCrossing(linear, physical, window);

        Block* block = Allocate();
        _decoder.Emit(block, physical, _state->Rip, _state->Mode);
        block->Window = window;
        blocks.Add(block);
        return block;
    }

    /// <summary>The block of an instruction that reaches into the next page.</summary>
    private Block* DecodeCrossing(ulong linear, ulong physical, CodeWindow window)
    {
        if (window.Last != GuestMemory.PageSize - 1) return DecodeForOnce(1);
        if (!TryGatherCrossing(linear, physical, out int length, out ulong nextPage)) return null;
        if (nextPage == 0 || memory.PageOf(nextPage) < 0) return DecodeForOnce(1);
        if (_decoder.Read(_crossing, length, _state->Rip, _state->Mode, 1) == 0) return DecodeForOnce(1);
        Block* block = Allocate();
        _decoder.Emit(block, physical, _state->Rip, _state->Mode);
        block->Window = window;
        PageCrossing.Guard(block, nextPage);
        blocks.Add(block);
        return block;
    }

    private Block* Allocate()
    {
        Block* block = blocks.TryAllocate(_decoder.OperationLimit);
        if (block != null) return block;
        blocks.Empty();
        _state->LinkSource = null;
        return blocks.TryAllocate(_decoder.OperationLimit);
    }

    /// <summary>Collects the bytes of an instruction that reaches into the next page, or lies in no RAM.</summary>
    private bool TryGatherCrossing(ulong linear, ulong physical, out int length, out ulong nextPage)
    {
        nextPage = 0;
        int here = Math.Min(LongestInstruction, GuestMemory.PageSize - (int)(physical & (GuestMemory.PageSize - 1)));
        length = LengthInSegment(LongestInstruction);
        new Span<byte>(_crossing, CrossingBytes).Fill(0xFF);
        memory.TryRead(physical, new Span<byte>(_crossing, here));
        if (length <= here) return true;

        ulong next = linear + (ulong)here;
        if ((_state->Mode & CpuMode.Code64) == 0) next = (uint)next;
        _state->Exit = ExitCause.None;
        if (!cpu.Mmu.TryTranslateFetch(next, out ulong nextPhysical))
        {
            cpu.DeliverException();
            return false;
        }

        nextPage = nextPhysical;
        memory.TryRead(nextPhysical, new Span<byte>(_crossing + here, LongestInstruction - here));
        return true;
    }

    private int LengthInSegment(int length)
    {
        if ((_state->Mode & (CpuMode.Code64 | CpuMode.Flat)) != 0) return length;
        ulong left = (ulong)_state->Segments[(int)SegmentIndex.Cs].Limit - _state->Rip + 1;
        return (int)Math.Min((ulong)length, left);
    }
}
